package io.kubelab.cases;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.settings.BundleSettings;
import io.kubelab.settings.ImageSettings;
import io.kubelab.settings.KubernetesSettings;
import io.kubelab.settings.LabSettings;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.MultusSettings;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.Settings;
import io.kubelab.settings.SpareDiskSettings;
import io.kubelab.step.Lab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The lab of the article: a virthost behind SSH and the machines that the settings name, and the
 * further virthosts that these name.
 */
public final class SampleLab {
    static final LabTag TAG =
            new LabTag("the_virthost", UUID.fromString("00000000-0000-4000-8000-000000000001"));

    private SampleLab() {}

    /**
     * The lab on its way: its files are where they are.
     *
     * @param home a checkout of kubelab
     * @param below cache, state and keys are directories of it
     */
    public static Lab standing(Path home, Path below) {
        return standing(home, below, "{}");
    }

    /**
     * @param settings those that are not as in lab.yml, in YAML
     */
    public static Lab standing(Path home, Path below, String settings) {
        Path file = Path.of("src/test/resources/cases/lab.yml");
        var top = (Mapping) Yaml.parse("settings", settings).getFirst();
        Lab lab = of(over((Mapping) Yaml.DOCUMENTS.read(file).getFirst(), top), below);
        return new Lab(
                lab.tag(),
                lab.inventory(),
                lab.settingsByHost(),
                new Lab.Places(
                        home, lab.places().cache(), lab.places().state(), lab.places().keys()));
    }

    /**
     * @param settings every setting, flat
     * @param below home, cache, state and keys are directories of it
     */
    static Lab of(Mapping settings, Path below) {
        var places =
                new Lab.Places(
                        below.resolve("home"),
                        below.resolve("cache"),
                        below.resolve("state"),
                        below.resolve("keys"));
        Settings bound = bind(settings);
        var hosts = new ArrayList<Host>();
        var virthosts = new LinkedHashSet<>(List.of("the_virthost"));
        bound.machines().virtualMachines().forEach(m -> m.virthost().ifPresent(virthosts::add));
        for (String virthost : virthosts) {
            hosts.add(
                    new Host(
                            virthost,
                            Set.of(Inventory.VIRTHOST),
                            new Access.Ssh(
                                    "192.168.1." + (119 + hosts.size()), 22, "root", "", "", "")));
        }
        AddressPlan plan = AddressPlan.of(TAG, bound);
        for (VirtualMachine machine : bound.machines().virtualMachines()) {
            hosts.add(
                    new Host(
                            machine.name(),
                            Set.of("machines", machine.nodeType()),
                            new Access.Ssh(
                                    plan.machine(machine.name()).address(),
                                    22,
                                    bound.machines().defaultAnsibleUser(),
                                    places.keys().resolve("id_vm_rsa").toString(),
                                    machine.virthost().orElse("the_virthost"),
                                    places.state().resolve("known_hosts").toString())));
        }
        hosts.add(new Host(Inventory.WORKSTATION, Set.of(), new Access.Local()));
        return new Lab(
                TAG,
                new Inventory(hosts),
                hosts.stream().collect(Collectors.toMap(Host::name, _ -> bound)),
                places);
    }

    /** The same lab with one more worker, a host that was there before it. */
    public static Lab withBareHost(Lab lab, String name) {
        var hosts = new ArrayList<>(lab.inventory().hosts());
        hosts.addFirst(
                new Host(
                        name,
                        Set.of(Inventory.WORKERS),
                        new Access.Ssh("192.168.122.50", 22, "admin", "", "", "")));
        return new Lab(
                lab.tag(),
                new Inventory(hosts),
                hosts.stream().collect(Collectors.toMap(Host::name, _ -> lab.settings())),
                lab.places());
    }

    /** The first mapping with the second one's entries over it. */
    static Mapping over(Mapping base, Mapping top) {
        var entries = new ArrayList<Entry>(base.entries());
        for (Entry entry : top.entries()) {
            if (!entries.removeIf(e -> e.key().text().equals(entry.key().text()))) {
                throw new IllegalArgumentException(
                        entry.key().mark() + ": no setting '" + entry.key().text() + "'");
            }
            entries.add(entry);
        }
        return new Mapping(List.copyOf(entries), base.mark());
    }

    private static Settings bind(Mapping flat) {
        return new Settings(
                topic(LabSettings.class, flat),
                topic(MachineSettings.class, flat),
                topic(ImageSettings.class, flat),
                topic(SpareDiskSettings.class, flat),
                topic(NetworkSettings.class, flat),
                topic(KubernetesSettings.class, flat),
                topic(MultusSettings.class, flat),
                topic(BundleSettings.class, flat),
                Map.of());
    }

    private static <R> R topic(Class<R> type, Mapping flat) {
        return Records.bind(type, flat, Records.Others.ALLOWED);
    }

    static List<String> placeholders() {
        return List.of("home", "cache", "state", "keys");
    }
}
