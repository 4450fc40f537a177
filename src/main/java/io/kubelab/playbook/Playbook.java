package io.kubelab.playbook;

import java.util.List;

/**
 * The plays of a command, in the order in which they are written, imports resolved.
 *
 * @param name file name without its ending
 */
public record Playbook(String name, List<Play> plays) {}
