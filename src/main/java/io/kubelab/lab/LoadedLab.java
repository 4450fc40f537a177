package io.kubelab.lab;

import io.kubelab.failure.Problem;
import io.kubelab.inventory.Host;
import io.kubelab.settings.Origin;
import io.kubelab.step.Lab;
import java.util.List;

/**
 * A lab as it was read, and how.
 *
 * @param hosts those that {@code --limit} leaves, the workstation among them if there is no limit
 * @param origins every setting, in the order of their topics
 * @param notes sentences about remembered files, for the user to see
 * @param warnings what was written and has no effect
 * @param inputs what to remember, so that later commands need no arguments
 * @param domainTypeOpen what its machines will be is for the virthost to say; until it was asked,
 *     they are containers
 * @param placed machines that are not there yet and whose virthost kubelab chose
 * @param virthostOpen the virthost's address on the machines' LAN is for itself to say; until it
 *     was asked, it is what it said the last time
 */
public record LoadedLab(
        Lab lab,
        List<Host> hosts,
        List<Origin> origins,
        List<String> notes,
        List<Problem> warnings,
        Inputs inputs,
        boolean domainTypeOpen,
        List<String> placed,
        boolean virthostOpen) {}
