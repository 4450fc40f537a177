package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter.Section;
import io.kubelab.adapter.console.DataPrinter.Table;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.engine.Ports;
import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.lab.LoadedLab;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.machines.VirtualMachines.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What there is of a lab, as its virthost and its API server say it. What doesn't answer is left
 * out: that is told by the preview, which asks the same.
 */
record LabPicture(List<Machine> machines, List<Network> labNetworks, Optional<Cluster> cluster) {
    /** Objects of the API server. */
    record Cluster(List<Node> nodes, List<Node> networks) {}

    static LabPicture of(LoadedLab loaded, Ports ports) {
        var tag = loaded.lab().tag();
        var hypervisor = ports.hypervisors();
        var virthost = loaded.lab().inventory().virthost();
        List<Machine> machines =
                answer(() -> hypervisor.on(virthost).machines()).orElse(List.of()).stream()
                        .filter(m -> m.owner().filter(tag::equals).isPresent())
                        .toList();
        List<Network> networks =
                machines.isEmpty()
                        ? List.of()
                        : answer(() -> hypervisor.on(virthost).networks())
                                .orElse(List.of())
                                .stream()
                                .filter(n -> n.owner().filter(tag::equals).isPresent())
                                .toList();
        Set<String> controlPlanes =
                loaded.lab().inventory().controlPlanes().stream()
                        .map(Host::name)
                        .collect(Collectors.toSet());
        boolean up =
                machines.stream().anyMatch(m -> controlPlanes.contains(m.name()) && m.running());
        return new LabPicture(
                machines,
                networks,
                up
                        ? answer(() -> ports.clusters().cluster())
                                .flatMap(c -> c)
                                .map(LabPicture::of)
                        : Optional.empty());
    }

    private static Cluster of(ClusterClient cluster) {
        return new Cluster(
                answer(() -> cluster.list("v1", "Node", "")).orElse(List.of()),
                answer(() -> cluster.list("kubernetes.com/v1", "Network", "")).orElse(List.of()));
    }

    private static <T> Optional<T> answer(Supplier<T> question) {
        try {
            return Optional.of(question.get());
        } catch (LabException e) {
            return Optional.empty();
        }
    }

    /**
     * Tables of machines, nodes and networks.
     *
     * @param documents reads the networks' configurations
     */
    List<Section> sections(LoadedLab loaded, Documents documents) {
        AddressPlan plan = AddressPlan.of(loaded.lab().tag(), loaded.lab().settings());
        return List.of(
                new Section("machines", machines(plan)),
                new Section("nodes", NodeTable.of(cluster.map(Cluster::nodes).orElse(List.of()))),
                new Section("networks", networks(plan, documents)));
    }

    private Table machines(AddressPlan plan) {
        var rows = new ArrayList<List<String>>();
        for (Reservation planned : plan.machines()) {
            rows.add(List.of(planned.machine(), state(planned.machine()), planned.address()));
        }
        for (Machine machine : machines) {
            if (plan.machines().stream().noneMatch(p -> p.machine().equals(machine.name()))) {
                rows.add(
                        List.of(
                                machine.name(),
                                state(machine.name()) + ", not in the settings",
                                ""));
            }
        }
        return new Table(List.of("MACHINE", "STATE", "ADDRESS"), rows);
    }

    private String state(String name) {
        return machines.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .map(m -> m.running() ? "running" : "shut off")
                .orElse("absent");
    }

    private Table networks(AddressPlan plan, Documents documents) {
        var rows = new ArrayList<List<String>>();
        for (Network network : labNetworks) {
            rows.add(
                    List.of(
                            network.name(),
                            "libvirt",
                            "%s on %s, %s"
                                    .formatted(
                                            plan.subnet(),
                                            network.bridge(),
                                            network.active() ? "active" : "not active")));
        }
        for (Node network : cluster.map(Cluster::networks).orElse(List.of())) {
            Optional<Node> arguments =
                    network.text("args")
                            .flatMap(text -> documents.parse("args", text).stream().findFirst());
            rows.add(
                    List.of(
                            network.text("metadata", "name").orElse(""),
                            network.text("plugin").orElse(""),
                            arguments
                                    .flatMap(list -> list.at("0"))
                                    .flatMap(LabPicture::addresses)
                                    .orElse("")));
        }
        return new Table(List.of("NETWORK", "TYPE", "ADDRESSES"), rows);
    }

    /** Of the plugin host-local. */
    private static Optional<String> addresses(Node config) {
        return config.text("ipam", "rangeStart")
                .flatMap(start ->
                        config.text("ipam", "rangeEnd")
                                .map(end -> "%s to %s".formatted(start, end)));
    }
}
