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
import io.kubelab.step.Lab;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What there is of a lab, as its virthosts and its API server say it. What doesn't answer is left
 * out: that is told by the preview, which asks the same.
 */
record LabPicture(List<OfVirthost> virthosts, Optional<Cluster> cluster) {
    /** What a virthost has of the lab's. */
    record OfVirthost(String name, List<Machine> machines, List<Network> networks) {}

    /** Objects of the API server. */
    record Cluster(List<Node> nodes, List<Node> networks) {}

    static LabPicture of(LoadedLab loaded, Ports ports) {
        var tag = loaded.lab().tag();
        var hypervisor = ports.hypervisors();
        var virthosts = new ArrayList<OfVirthost>();
        for (Host virthost : loaded.lab().inventory().virthosts()) {
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
            virthosts.add(new OfVirthost(virthost.name(), machines, networks));
        }
        Set<String> controlPlanes =
                loaded.lab().inventory().controlPlanes().stream()
                        .map(Host::name)
                        .collect(Collectors.toSet());
        boolean up =
                virthosts.stream()
                        .flatMap(v -> v.machines().stream())
                        .anyMatch(m -> controlPlanes.contains(m.name()) && m.running());
        return new LabPicture(
                List.copyOf(virthosts),
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
                new Section("machines", machines(loaded.lab(), plan)),
                new Section("nodes", NodeTable.of(cluster.map(Cluster::nodes).orElse(List.of()))),
                new Section("networks", networks(plan, documents)));
    }

    /** Where there is one virthost, it is not named for each. */
    private Table machines(Lab lab, AddressPlan plan) {
        var rows = new ArrayList<List<String>>();
        for (Reservation planned : plan.machines()) {
            String virthost = lab.virthost(lab.inventory().host(planned.machine())).name();
            String state =
                    virthosts.stream()
                            .filter(v -> v.name().equals(virthost))
                            .flatMap(v -> v.machines().stream())
                            .filter(m -> m.name().equals(planned.machine()))
                            .findFirst()
                            .map(LabPicture::state)
                            .orElse("absent");
            rows.add(row(planned.machine(), state, planned.address(), virthost));
        }
        for (OfVirthost virthost : virthosts) {
            for (Machine machine : virthost.machines()) {
                if (lab.machinesOn(lab.inventory().host(virthost.name())).stream()
                        .noneMatch(m -> m.name().equals(machine.name()))) {
                    rows.add(
                            row(
                                    machine.name(),
                                    state(machine) + ", not in the settings",
                                    "",
                                    virthost.name()));
                }
            }
        }
        return new Table(row("MACHINE", "STATE", "ADDRESS", "VIRTHOST"), rows);
    }

    private List<String> row(String machine, String state, String address, String virthost) {
        return virthosts.size() > 1
                ? List.of(machine, state, address, virthost)
                : List.of(machine, state, address);
    }

    private static String state(Machine machine) {
        return machine.running() ? "running" : "shut off";
    }

    private Table networks(AddressPlan plan, Documents documents) {
        var rows = new ArrayList<List<String>>();
        for (OfVirthost virthost : virthosts) {
            for (Network network : virthost.networks()) {
                String where = virthosts.size() > 1 ? " of " + virthost.name() : "";
                rows.add(
                        List.of(
                                network.name(),
                                "libvirt",
                                "%s on %s%s, %s"
                                        .formatted(
                                                plan.subnet(),
                                                network.bridge(),
                                                where,
                                                network.active() ? "active" : "not active")));
            }
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
