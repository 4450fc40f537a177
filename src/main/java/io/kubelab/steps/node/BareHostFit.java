package io.kubelab.steps.node;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.BootedWithSystemd;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.Lines;
import io.kubelab.steps.facts.MachineArchitecture;
import io.kubelab.steps.facts.NetworkState;
import io.kubelab.steps.facts.OsRelease;
import io.kubelab.steps.facts.PackageVersions;
import io.kubelab.steps.facts.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A host that was there before the lab, and that can be a node: its system, its ports and
 * addresses, and nobody else's cluster on it. Such a cluster is never touched.
 *
 * <pre>{@code
 * - bare_host_fit
 * }</pre>
 */
public record BareHostFit() implements Requirement {
    /** Who needs it → port, on all addresses. */
    private static final Map<Integer, String> PORTS =
            new TreeMap<>(
                    Map.of(
                            10250, "the kubelet",
                            10256, "kube-proxy"));

    private static final Lines LISTENING = Lines.of("cat", "/proc/net/tcp", "/proc/net/tcp6");

    /** What makes a host somebody's node, or shares it with other containers. */
    private static final Map<String, String> FOREIGN =
            new TreeMap<>(
                    Map.of(
                            "/etc/kubernetes/kubelet.conf", "a node of another cluster",
                            "/etc/kubernetes/admin.conf", "a control plane of another cluster",
                            "/var/lib/kubelet/config.yaml", "a node of another cluster",
                            "/etc/rancher", "a node of another cluster (k3s or RKE2)",
                            "/var/snap/microk8s", "a node of another cluster (MicroK8s)",
                            "/etc/containerd/config.toml", "a host of other containers",
                            "/run/containerd/containerd.sock", "a host of other containers",
                            "/run/docker.sock", "a host of other containers (Docker)",
                            "/run/crio/crio.sock", "a host of other containers (CRI-O)"));

    /** Of a pod network that is up, ours or another. */
    private static final Set<String> OF_PODS = Set.of("cni0", "flannel.1");

    @Override
    public String title() {
        return "the host can be a node";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        target.askTogether(
                new OsRelease(),
                new BootedWithSystemd(),
                new MachineArchitecture(),
                new FileText(HostMark.LAB),
                foreignTraces(),
                LISTENING,
                NetworkState.ofHost(),
                new Routes());
        var problems = new ArrayList<Problem>();
        system(target).ifPresent(what -> add(problems, target, what));
        foreign(target).ifPresent(what -> add(problems, target, what));
        if (HostMark.of(target) == HostMark.NONE) {
            ports(target).forEach(what -> add(problems, target, what));
            packages(target).ifPresent(what -> add(problems, target, what));
        }
        addresses(target).forEach(what -> add(problems, target, what));
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return Diff.inOrder("it is " + target.ask(new OsRelease()).prettyName());
    }

    private static void add(List<Problem> problems, Target target, String what) {
        problems.add(new Problem(target.host().name(), what));
    }

    private static Optional<String> system(Target target) {
        OsRelease.Found os = target.ask(new OsRelease());
        String built = target.settings().bundle().architecture();
        String runs = target.ask(new MachineArchitecture());
        if (os.packages().filter(p -> p == Packaging.APT).isEmpty()) {
            return Optional.of(
                    "it runs %s, and kubelab makes nodes of Debian and Ubuntu hosts only"
                            .formatted(os.prettyName()));
        } else if (!target.ask(new BootedWithSystemd())) {
            return Optional.of(
                    "systemd, which starts kubelet and containerd, is not its process 1; use a host that was booted with it");
        } else if (!runs.equals(built)) {
            return Optional.of(
                    "it is a machine of architecture %s, and programs are built for %s"
                            .formatted(runs, built));
        }
        return Optional.empty();
    }

    private static Lines foreignTraces() {
        var argv = new ArrayList<>(FOREIGN.keySet());
        argv.addAll(List.of("-maxdepth", "0"));
        return Lines.of("find", argv.toArray(String[]::new));
    }

    /** Why a host must not be touched; empty if it is the lab's or nobody's. */
    static Optional<String> foreign(Target target) {
        return switch (HostMark.of(target)) {
            case OURS -> Optional.empty();
            case OF_ANOTHER_LAB ->
                    Optional.of(
                            "it is a node of the lab '%s'; 'kubelab kube-teardown' of that lab gives it back, and where that lab is no more, 'kubeadm reset' and the removal of %s do"
                                    .formatted(
                                            HostMark.lab(target).orElse(""), HostMark.DIRECTORY));
            case NONE ->
                    target.ask(foreignTraces()).stream()
                            .filter(FOREIGN::containsKey)
                            .findFirst()
                            .map(trace ->
                                    "it is %s (it has %s), which kubelab never touches; take that away by hand ('kubeadm reset', or its packages) if it is not needed, or leave the host out of the group 'nodes'"
                                            .formatted(FOREIGN.get(trace), trace));
        };
    }

    private static List<String> ports(Target target) {
        Set<Integer> taken = ListeningPorts.of(target.ask(LISTENING));
        return PORTS.keySet().stream()
                .filter(taken::contains)
                .map(port ->
                        "another program listens on port %d, which is for %s; 'ss -ltnp' there names it"
                                .formatted(port, PORTS.get(port)))
                .toList();
    }

    /** Of Kubernetes, which somebody has installed there: kubelab's would take their place. */
    private static Optional<String> packages(Target target) {
        Optional<Packaging> packaging = target.ask(new OsRelease()).packages();
        if (!KubernetesPackages.areWanted(target) || packaging.isEmpty()) {
            return Optional.empty();
        }
        var names = target.ask(new PackageVersions(packaging.get(), KubernetesPackages.NAMES));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "it has packages of Kubernetes already (%s), in whose place binary_install: false would put others; remove them ('apt-get remove', 'apt-mark unhold') if they are not needed, or leave binary_install at true"
                                .formatted(String.join(", ", names.keySet())));
    }

    /** Packets to pods, services and machines must not end elsewhere. */
    private static List<String> addresses(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        var problems = new ArrayList<String>();
        for (NetworkState.Address own : target.ask(NetworkState.ofHost()).addresses()) {
            String address = own.address().replaceFirst("/.*", "");
            plan.machines().stream()
                    .filter(m -> m.address().equals(address))
                    .map(Reservation::machine)
                    .forEach(machine ->
                            problems.add(
                                    "its address %s (%s) is that of the machine '%s'"
                                            .formatted(address, own.link(), machine)));
            if (target.settings().multus().podRange().contains(new Address(address))) {
                problems.add(
                        "its address %s (%s) is inside of the range of macvlan pods, %s"
                                .formatted(
                                        address,
                                        own.link(),
                                        target.settings().multus().podRange()));
            }
        }
        Map<String, Cidr> networks =
                new TreeMap<>(
                        Map.of(
                                "pod_network_cidr",
                                target.settings().kubernetes().podNetworkCidr(),
                                "service_network_cidr",
                                target.settings().kubernetes().serviceNetworkCidr()));
        for (Routes.Route route : target.ask(new Routes())) {
            networks.forEach((key, network) -> {
                if (!OF_PODS.contains(route.device()) && network.overlaps(route.destination())) {
                    problems.add(
                            "it has a route to %s (%s), and %s is %s; choose another network there"
                                    .formatted(route.destination(), route.device(), key, network));
                }
            });
        }
        return problems;
    }
}
