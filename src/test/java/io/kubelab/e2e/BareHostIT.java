package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host that was there before the lab becomes a worker beside machines, and is given back. */
@Tag("cluster")
@Tag("daily")
final class BareHostIT {
    private static final Duration UP = Duration.ofMinutes(20);
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final int INVALID_INPUT = 3;

    @Test
    void aHostOfTheLanIsAWorkerForAWhile() {
        try (TestVirthost virthost = TestVirthost.start();
                Workstation ann = Workstation.withThisBuild()) {
            ann.mayUse(virthost);
            String lan = virthost.lan();
            virthost.bridge();
            String address = lan + ".50";
            try (BareHost host =
                    BareHost.start(
                            Workstation.realCache(),
                            address + "/24",
                            lan + ".1",
                            virthost.process(),
                            "br0")) {
                isTold(ann, host, lan, address);
                TreeSet<String> before = host.traces();

                host.inside(SOON, "mkdir /etc/kubernetes && touch /etc/kubernetes/kubelet.conf")
                        .succeeds();
                Ran refused = ann.kubelab(UP, "up -i inventory/lan.inventory -e lan.yml");
                assertThat(refused.exit()).isEqualTo(INVALID_INPUT);
                assertThat(refused.err())
                        .contains(
                                "bare-1: it is a node of another cluster (it has /etc/kubernetes/kubelet.conf)");
                host.inside(SOON, "rm -r /etc/kubernetes").succeeds();

                ann.kubelab(UP, "up -i inventory/lan.inventory -e lan.yml").succeeds();
                Ran again = ann.kubelab(SOON, "up").succeeds();
                assertThat(again.err()).contains("nothing changed");
                Ran nodes = ann.kubelab(SOON, "status");
                assertThat(nodes.out()).containsPattern("bare-1 +Ready +.* " + address);
                assertThat(ann.kubelab(SOON, "exec nodes -- id -un").succeeds().out())
                        .contains("bare-1      | admin");

                podsMeet(ann);

                ann.kubelab(SOON, "down").succeeds();
                TreeSet<String> after = host.traces();
                assertThat(differences(after, before)).as("left").isEmpty();
                assertThat(differences(before, after)).as("gone").isEmpty();
            }
        }
    }

    private static void isTold(Workstation ann, BareHost host, String lan, String address) {
        Path ssh = ann.home().resolve(".ssh");
        ann.shell(
                        SOON,
                        "echo '%s %s' >> %s/known_hosts && cp -p %s %s/bare"
                                .formatted(address, host.hostKey(), ssh, host.key(), ssh))
                .succeeds();
        ann.shell(
                        SOON,
                        """
                        { echo 'bare-1 ansible_host=%s ansible_user=%s ansible_ssh_private_key_file=%s/bare'
                          cat inventory/there.inventory
                          printf '\\n[nodes]\\nbare-1\\n'; } > inventory/lan.inventory
                        """
                                .formatted(address, BareHost.USER, ssh))
                .succeeds();
        ann.write(
                ann.checkout().resolve("inventory/lan.yml"),
                """
                bridge_networking: true
                bridge_physical_nic: "kl1"
                bridge_network_name: "br0"
                bridge_network_cidr: %1$s.0/24
                bridge_network_range: %1$s.220-%1$s.229
                service_network_cidr: 10.32.0.0/16
                multus_ipam_subnet: "%1$s.0/24"
                multus_ipam_rangeStart: "%1$s.200"
                multus_ipam_rangeEnd: "%1$s.216"
                multus_ipam_gateway: "%1$s.1"
                virtual_machines:
                - {name: kube-master, node_type: master}
                - {name: kube-node-1, node_type: nodes}
                """
                        .formatted(lan));
    }

    private static List<String> differences(TreeSet<String> all, TreeSet<String> known) {
        return all.stream().filter(t -> !known.contains(t) && !isOrdinary(t)).toList();
    }

    /** By both of their interfaces: flannel's network and the LAN. */
    private static void podsMeet(Workstation ann) {
        for (String node : new String[] {"bare-1", "kube-node-1"}) {
            ann.shell(
                            SOON,
                            "sed 's/^  name: bothpod/  name: both-on-%1$s/; s/^spec:/spec:\\n  nodeName: %1$s/' inventory/examples/article/both.pod.yaml | ./kubelab ssh kube-master -- kubectl create -f -"
                                    .formatted(node))
                    .succeeds();
        }
        ann.kubelab(
                        SOON,
                        "ssh kube-master -- kubectl wait --for=condition=Ready --timeout=180s pod/both-on-bare-1 pod/both-on-kube-node-1")
                .succeeds();
        for (String link : new String[] {"eth0", "net0"}) {
            String other =
                    ann.kubelab(
                                    SOON,
                                    "ssh kube-master -- kubectl exec both-on-kube-node-1 -- ip -4 -o address show dev "
                                            + link)
                            .succeeds()
                            .out()
                            .replaceFirst("(?s).* inet ([0-9.]+)/.*", "$1");
            ann.kubelab(
                            SOON,
                            "ssh kube-master -- kubectl exec both-on-bare-1 -- ping -c 2 -W 5 "
                                    + other)
                    .succeeds();
        }
    }

    /**
     * What anybody leaves who logs in; the kernel's own of a module that was loaded; where
     * kube-proxy wants a kernel's modules, which a host has that isn't made of namespaces.
     */
    private static boolean isOrdinary(String trace) {
        return trace.matches(
                "file /(var/log/|run/|tmp|var/tmp|var/lib/systemd|home/admin/|etc/\\S*- |etc/\\.pwd|usr/lib/modules ).*|text net\\.bridge.*");
    }
}
