package io.kubelab.lab;

import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which virthost each machine is on, where there are several: the one that it names, else the one
 * that it is on already, else the one that has the most memory left when those before it in the
 * list have theirs.
 *
 * @param virthosts names of all, the first one first
 * @param remembered where machines are, by name
 * @param free memory that is available there in MiB, by name; empty: not known, and all are taken
 *     for equal and empty
 */
record Placement(List<String> virthosts, Map<String, String> remembered, Map<String, Long> free) {
    /** With a virthost for each machine; a name that is no virthost's is told by rules, later. */
    MachineSettings in(MachineSettings settings) {
        if (virthosts.size() < 2) {
            return settings;
        }
        List<VirtualMachine> machines = settings.virtualMachines();
        Map<String, Long> left = new HashMap<>();
        virthosts.forEach(v -> left.put(v, free.getOrDefault(v, 0L)));
        for (VirtualMachine machine : machines) {
            // what runs is not available any more
            boolean counted = !free.isEmpty() && remembered.containsKey(machine.name());
            if (!counted) {
                fixed(machine)
                        .ifPresent(
                                v -> left.merge(v, -(long) settings.memoryOf(machine), Long::sum));
            }
        }
        var placed = new ArrayList<VirtualMachine>();
        for (VirtualMachine machine : machines) {
            Optional<String> fixed = fixed(machine);
            String virthost = fixed.orElseGet(() -> roomiest(left));
            if (fixed.isEmpty()) {
                left.merge(virthost, -(long) settings.memoryOf(machine), Long::sum);
            }
            placed.add(machine.on(virthost));
        }
        return settings.with(List.copyOf(placed));
    }

    /** The machines that neither their settings nor an earlier run says a virthost of. */
    List<String> chosen(Settings settings) {
        return virthosts.size() < 2
                ? List.of()
                : settings.machines().virtualMachines().stream()
                        .filter(m -> fixed(m).isEmpty())
                        .map(VirtualMachine::name)
                        .toList();
    }

    private Optional<String> fixed(VirtualMachine machine) {
        return machine.virthost()
                .or(() -> Optional.ofNullable(remembered.get(machine.name())))
                .filter(virthosts::contains);
    }

    /** The first of those that have the most. */
    private String roomiest(Map<String, Long> left) {
        String best = virthosts.getFirst();
        for (String virthost : virthosts) {
            if (left.getOrDefault(virthost, 0L) > left.getOrDefault(best, 0L)) {
                best = virthost;
            }
        }
        return best;
    }
}
