package io.kubelab.settings;

/**
 * Who the lab is.
 *
 * @param lab its name; {@code auto}: the virthost's inventory name
 */
@LabWide
public record LabSettings(String lab) {}
