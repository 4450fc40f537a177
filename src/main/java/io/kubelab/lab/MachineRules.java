package io.kubelab.lab;

import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.inventory.Inventory;
import io.kubelab.inventory.InventoryDraft;
import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.Settings;
import io.kubelab.settings.SpareDiskSettings;
import io.kubelab.settings.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What machines must be for a lab to be made of them. */
final class MachineRules {
    private static final String MACHINES = "virtual_machines";

    /** RFC 1123, as Kubernetes wants the names of nodes and DNS wants labels. */
    static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final Pattern GROUP = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
    private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");

    /** Goes into mount options, where commas and colons separate. */
    private static final Pattern DIRECTORY = Pattern.compile("(/[A-Za-z0-9._-]+)+");

    /** The first is the machine's own. */
    private static final Pattern SPARE_DEVICE = Pattern.compile("vd[b-z]");

    private static final Set<String> OWN_GROUPS =
            Set.of(
                    "all",
                    Inventory.VIRTHOST,
                    Inventory.MACHINES,
                    Inventory.UNGROUPED,
                    Inventory.WORKSTATION);

    private final Settings settings;
    private final Values values;
    private final InventoryDraft draft;
    private final Problems problems;

    MachineRules(Settings settings, Values values, InventoryDraft draft, Problems problems) {
        this.settings = settings;
        this.values = values;
        this.draft = draft;
        this.problems = problems;
    }

    /**
     * @param virthosts the inventory's hosts of that group
     */
    void check(List<String> virthosts) {
        MachineSettings machines = settings.machines();
        if (!machines.domainType().isContainer()
                && !settings.bundle().architecture().equals("amd64")) {
            problems.add(
                    values.place("architecture"),
                    "virtual machines (domain_type %s) are made for amd64 only; write 'domain_type: lxc' for container nodes"
                            .formatted(machines.domainType().name().toLowerCase(Locale.ROOT)));
        }
        positive("set_root_disk_gb", machines.setRootDiskGb());
        spareDisk(settings.spareDisk());
        positive("system_default_ram_mb", machines.systemDefaultRamMb());
        positive("system_default_cpus", machines.systemDefaultCpus());
        if (!USER.matcher(machines.defaultAnsibleUser()).matches()
                || machines.defaultAnsibleUser().equals("root")) {
            problems.add(
                    values.place("default_ansible_user"),
                    "'%s' can't be the login user: a lower-case name of letters, digits, '_' and '-', not root"
                            .formatted(machines.defaultAnsibleUser()));
        }
        directory("images_directory", machines.imagesDirectory());
        machines(machines.virtualMachines());
        virthosts(machines.virtualMachines(), virthosts);
    }

    private void spareDisk(SpareDiskSettings disk) {
        positive("spare_disk_size_megs", disk.spareDiskSizeMegs());
        directory("spare_disk_location", disk.spareDiskLocation());
        if (!SPARE_DEVICE.matcher(disk.spareDiskDev()).matches()) {
            problems.add(
                    values.place("spare_disk_dev"),
                    "'%s' is not a name for a second disk: vdb to vdz"
                            .formatted(disk.spareDiskDev()));
        }
    }

    private void directory(String key, String path) {
        if (!DIRECTORY.matcher(path).matches() || path.contains("/../")) {
            problems.add(
                    values.place(key),
                    "'%s' is not an absolute path of letters, digits, '.', '_' and '-'"
                            .formatted(path));
        }
    }

    private void machines(List<VirtualMachine> machines) {
        Map<String, Integer> names = new HashMap<>();
        int masters = 0;
        for (int i = 0; i < machines.size(); i++) {
            VirtualMachine machine = machines.get(i);
            Integer before = names.putIfAbsent(machine.name(), i);
            if (before != null) {
                add(
                        i,
                        "name",
                        "there is a machine '%s' already, at %s"
                                .formatted(machine.name(), place(before, "name")));
            }
            name(i, machine.name());
            group(i, machine.nodeType());
            positive(i, "system_ram_mb", machine.systemRamMb().orElse(1));
            positive(i, "system_cpus", machine.systemCpus().orElse(1));
            if (machine.nodeType().equals(Inventory.CONTROL_PLANE) && ++masters > 1) {
                add(
                        i,
                        "node_type",
                        "a lab has one 'master', the first control plane; write 'master_slave' for the others");
            }
        }
        if (masters == 0) {
            problems.add(
                    values.place(MACHINES),
                    "no machine has 'node_type: master'; a cluster needs a control plane");
        }
    }

    private void virthosts(List<VirtualMachine> machines, List<String> virthosts) {
        for (int i = 0; i < machines.size(); i++) {
            String index = String.valueOf(i);
            Optional<String> wanted =
                    values.get(MACHINES)
                            .flatMap(list -> list.text(index, "virthost"))
                            .filter(v -> !virthosts.contains(v));
            if (wanted.isPresent()) {
                add(
                        i,
                        "virthost",
                        "there is no host '%s' in the group 'virthost'; its hosts: %s"
                                .formatted(wanted.get(), String.join(", ", virthosts)));
            }
        }
    }

    private void name(int index, String name) {
        if (!LABEL.matcher(name).matches()) {
            add(
                    index,
                    "name",
                    "'%s' can't be a machine's name: at most 63 lower-case letters, digits and '-', with no '-' at the ends"
                            .formatted(name));
        } else if (draft.hosts().containsKey(name)) {
            add(
                    index,
                    "name",
                    "the inventory has a host '%s' too (%s); a machine of the lab needs no line there"
                            .formatted(name, draft.hosts().get(name)));
        } else if (name.equals(AddressPlan.API_SERVER)) {
            add(index, "name", "'%s' is what machines call the API servers".formatted(name));
        } else if (OWN_GROUPS.contains(name)
                || draft.groups().containsKey(name)
                || settings.machines().virtualMachines().stream()
                        .anyMatch(m -> m.nodeType().equals(name))) {
            add(index, "name", "'%s' is the name of a group".formatted(name));
        }
    }

    private void group(int index, String group) {
        if (OWN_GROUPS.contains(group) || !GROUP.matcher(group).matches()) {
            add(
                    index,
                    "node_type",
                    "'%s' can't be a machine's group; write 'master', 'master_slave', 'lb', 'nodes' or a name of your own"
                            .formatted(group));
        }
    }

    private void positive(String key, int value) {
        if (value < 1) {
            problems.add(values.place(key), "'%s' must be above 0, not %d".formatted(key, value));
        }
    }

    private void positive(int index, String key, int value) {
        if (value < 1) {
            add(index, key, "'%s' must be above 0, not %d".formatted(key, value));
        }
    }

    private void add(int index, String key, String what) {
        problems.add(place(index, key), what);
    }

    private Mark place(int index, String key) {
        return values.place(MACHINES, String.valueOf(index), key);
    }
}
