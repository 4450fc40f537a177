package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * People change things by hand. Whatever they undo, one thing at a time and then all of it: a
 * preview names exactly that, the next run changes exactly that, and the preview after it nothing.
 * The table of it is in target/drift-table.txt.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DriftStoryIT {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(40);

    private static final Path TABLE = Path.of("target/drift-table.txt");

    private static final String MASTER = "kube-master";
    private static final String WORKER = "kube-node-1";
    private static final String VIRTHOST = "the_virthost";
    private static final String HERE = "localhost";

    /** Steps of a play that can't be looked at before the drift is mended. */
    private static final String ANY = ": ";

    /**
     * @param what was undone
     * @param place where
     * @param how the line that root types there
     * @param steps that have to do with it, "host: title"
     * @param doubtful beginnings of further steps that the preview leaves open, since it can't look
     *     behind what was undone
     */
    private record Undone(
            String what, String place, String how, List<String> steps, List<String> doubtful) {
        Undone(String what, String place, String how, String... steps) {
            this(what, place, how, List.of(steps), List.of());
        }

        /** Nothing else can be undone at the same time on a machine that nobody gets at. */
        boolean isAlone() {
            return !doubtful.isEmpty();
        }

        /** A preview asks the cluster's DNS too, which much of this keeps from answering. */
        boolean isDoubtful(String step) {
            return step.endsWith(": cluster DNS answers")
                    || doubtful.stream().anyMatch(step::startsWith);
        }

        Undone leavingOpen(String... beginnings) {
            return new Undone(what, place, how, steps, List.of(beginnings));
        }
    }

    private static final String CONFIGURED = WORKER + ": containerd is configured";
    private static final String CONTAINERD = WORKER + ": the service containerd is running";
    private static final String KUBELET =
            WORKER + ": the kubelet runs as soon as it can, and at boot";
    private static final String PROGRAMS = WORKER + ": the node's programs are the bundle's";
    private static final String IMAGES =
            WORKER + ": the node has the images pause, kube-proxy, flannel, centos-network";
    private static final String NETWORK = WORKER + ": the machine is on the lab's network";
    private static final String MARKS =
            MASTER + ": the nodes are marked as they joined, and open to pods";
    private static final String CONTROL_PLANE = MASTER + ": there is a control plane";
    private static final String MULTUS_OBJECTS =
            MASTER + ": the cluster has the objects of network/multus.yaml";
    private static final String FLANNEL_CONF =
            MASTER + ": pods can ask for the network flannel-conf";
    private static final String MACVLAN_CONF =
            MASTER + ": pods can ask for the network macvlan-conf";
    private static final String BRIDGE = VIRTHOST + ": the lab has a network";

    private static final String OFF =
            """
            status=/run/libvirt/lxc/kube-node-1.xml
            kill -KILL $(sed -n "s/.*<init pid='\\([0-9]*\\)'.*/\\1/p" $status)
            while [ -e $status ]; do sleep 0.1; done
            """;

    private static final List<Undone> DRIFT =
            List.of(
                    new Undone(
                            "a file's content",
                            WORKER,
                            "echo '# mine' >> /etc/crictl.yaml",
                            CONFIGURED),
                    new Undone(
                            "the content of a file that a service reads",
                            WORKER,
                            "echo '# mine' >> /etc/containerd/config.toml",
                            CONFIGURED,
                            CONTAINERD),
                    new Undone(
                            "a file's mode",
                            WORKER,
                            "chmod 600 /etc/containerd/config.toml",
                            CONFIGURED),
                    new Undone(
                            "a file's owner",
                            WORKER,
                            "chown centos /etc/cni/net.d/10-multus.conf",
                            WORKER + ": Multus is the pod network of the node"),
                    new Undone(
                            "a file that the machine boots with",
                            WORKER,
                            "echo 192.0.2.1 registry >> /etc/hosts",
                            WORKER + ": the machine has the files that it boots with"),
                    new Undone(
                            "a program's mode",
                            WORKER,
                            "chmod a-x /usr/local/bin/crictl",
                            PROGRAMS),
                    new Undone("a CNI plugin", WORKER, "rm /opt/cni/bin/macvlan", PROGRAMS),
                    new Undone(
                            "Multus",
                            WORKER,
                            "cp /opt/cni/bin/bridge /opt/cni/bin/multus",
                            WORKER + ": Multus is a CNI plugin of the node"),
                    new Undone(
                            "a sysctl",
                            WORKER,
                            "sysctl -qw net.bridge.bridge-nf-call-iptables=0",
                            WORKER + ": the kernel forwards packets between pods"),
                    new Undone("a route", WORKER, "ip route del default", NETWORK),
                    new Undone("an address", WORKER, "ip address flush dev eth0", NETWORK)
                            .leavingOpen(WORKER + ANY),
                    new Undone(
                            "a package",
                            WORKER,
                            "dpkg --remove tcpdump",
                            WORKER + ": the node's packages are installed"),
                    new Undone(
                            "an image on the node",
                            WORKER,
                            "ctr -n k8s.io images rm docker.io/dougbtv/centos-network:latest",
                            IMAGES),
                    new Undone(
                            "a service disabled",
                            WORKER,
                            "systemctl disable containerd",
                            CONTAINERD),
                    new Undone("a service stopped", WORKER, "systemctl stop containerd", CONTAINERD)
                            .leavingOpen(IMAGES),
                    new Undone(
                            "a node's label",
                            MASTER,
                            "kubectl label node kube-master node-role.kubernetes.io/control-plane-",
                            MARKS),
                    new Undone(
                            "a node's taint",
                            MASTER,
                            "kubectl taint node kube-master node-role.kubernetes.io/control-plane-",
                            MARKS),
                    new Undone("a node cordoned", MASTER, "kubectl cordon kube-node-1", MARKS),
                    new Undone(
                            "an RBAC rule",
                            MASTER,
                            "kubectl patch clusterrole multus-networks-reader --type=json -p '[{\"op\": \"replace\", \"path\": \"/rules/0/verbs\", \"value\": [\"list\"]}]'",
                            MULTUS_OBJECTS),
                    new Undone(
                            "a classic Network",
                            MASTER,
                            "kubectl delete network flannel-conf",
                            FLANNEL_CONF),
                    new Undone(
                            "a NetworkAttachmentDefinition",
                            MASTER,
                            "kubectl -n kube-system patch net-attach-def macvlan-conf --type=merge -p '{\"spec\": {\"config\": \"{}\"}}'",
                            MACVLAN_CONF),
                    new Undone(
                            "a node's own addresses of a network",
                            WORKER,
                            "sed -i 's/192.168.170.200/192.168.170.201/' /etc/cni/multus/net.d/macvlan-conf.conf",
                            WORKER
                                    + ": the node has its own addresses of the network macvlan-conf"),
                    new Undone(
                            "a CRD",
                            MASTER,
                            "kubectl delete crd networks.kubernetes.com",
                            MULTUS_OBJECTS,
                            FLANNEL_CONF,
                            MACVLAN_CONF),
                    new Undone(
                            "flannel's DaemonSet",
                            MASTER,
                            "kubectl -n kube-flannel delete daemonset kube-flannel-ds",
                            MASTER + ": flannel connects the nodes"),
                    new Undone(
                            "kube-proxy's DaemonSet",
                            MASTER,
                            "kubectl -n kube-system delete daemonset kube-proxy",
                            CONTROL_PLANE),
                    new Undone(
                            "the service of the cluster's DNS",
                            MASTER,
                            "kubectl -n kube-system delete service kube-dns",
                            CONTROL_PLANE),
                    new Undone(
                            "an image in the registry",
                            VIRTHOST,
                            "rm -r /var/lib/kubelab/registry/docker/registry/v2/repositories/dougbtv/centos-network",
                            VIRTHOST + ": the registry has the image centos-network"),
                    new Undone(
                                    "the registry ended",
                                    VIRTHOST,
                                    "pkill -x registry; while pgrep -x registry; do sleep 0.1; done",
                                    VIRTHOST + ": the lab's registry is running")
                            .leavingOpen(VIRTHOST + ": the registry has the image"),
                    new Undone(
                                    "the virthost's route to the machines",
                                    VIRTHOST,
                                    "ip route del 192.168.170.0/24",
                                    BRIDGE)
                            .leavingOpen(MASTER + ANY, WORKER + ANY),
                    new Undone(
                                    "the virthost's address",
                                    VIRTHOST,
                                    "ip address del 192.168.170.1/24 dev $(ip -br link | sed -n 's/^\\(klab[^ ]*\\).*/\\1/p')",
                                    BRIDGE)
                            .leavingOpen(
                                    MASTER + ANY,
                                    WORKER + ANY,
                                    VIRTHOST + ": the registry has the image"),
                    new Undone(
                            "the virthost's forwarding",
                            VIRTHOST,
                            "sysctl -qw net.ipv4.ip_forward=0",
                            BRIDGE),
                    // late: a node whose kubelet is silent for 40 seconds is not Ready any more
                    new Undone("the kubelet stopped", WORKER, "systemctl stop kubelet", KUBELET),
                    new Undone(
                            "the kubelet disabled", WORKER, "systemctl disable kubelet", KUBELET),
                    new Undone(
                                    "a Node object",
                                    MASTER,
                                    "kubectl delete node kube-node-1",
                                    WORKER + ": the machine is a node of the cluster",
                                    // the new one gets other addresses than the pods' bridge has
                                    WORKER + ": flannel has given the node its addresses")
                            .leavingOpen(
                                    MASTER + ": all nodes are Ready",
                                    WORKER + ": flannel has given the node its addresses",
                                    IMAGES),
                    new Undone(
                            "a machine's memory, for its next start",
                            VIRTHOST,
                            "virsh -q -c lxc:///system dumpxml --inactive kube-node-1 > /tmp/edited.xml"
                                    + " && sed -i 's|emory unit=.KiB.>[0-9]*<|emory>1000000<|' /tmp/edited.xml"
                                    + " && virsh -q -c lxc:///system define /tmp/edited.xml",
                            WORKER + ": the machine is defined"),
                    new Undone(
                            "the generated inventory",
                            HERE,
                            "rm inventory/vms.local.generated",
                            HERE + ": inventory/vms.local.generated lists the machines"),
                    new Undone(
                                    "the machines' known_hosts file",
                                    HERE,
                                    "echo > ~/.local/state/kubelab/labs/the_virthost/known_hosts",
                                    HERE + ": the lab's known_hosts file holds its machines' keys")
                            .leavingOpen(MASTER + ANY, WORKER + ANY),
                    new Undone(
                                    "a domain shut off",
                                    VIRTHOST,
                                    OFF,
                                    WORKER + ": the machine is running")
                            .leavingOpen(WORKER + ANY),
                    new Undone(
                                    "an overlay mount lost under a running machine",
                                    VIRTHOST,
                                    "umount /var/lib/kubelab/labs/the_virthost/machines/kube-node-1/root",
                                    WORKER + ": the machine has a root file system")
                            .leavingOpen(WORKER + ANY),
                    new Undone(
                                    "a domain shut off and its overlay mount lost",
                                    VIRTHOST,
                                    OFF
                                            + "umount /var/lib/kubelab/labs/the_virthost/machines/kube-node-1/root",
                                    WORKER + ": the machine has a root file system",
                                    WORKER + ": the machine is running")
                            .leavingOpen(WORKER + ANY));

    /** Where a pod of flannel's was, there is a bridge for such pods. */
    private static final String POD =
            """
            kubectl run held --image=registry.k8s.io/pause:3.10.2 --overrides='{"spec": {"nodeName": "kube-node-1"}}'
            kubectl wait --for=condition=Ready --timeout=120s pod/held
            """;

    /** apt-get of a node has no other mirror here than a directory. */
    private static final String MIRROR =
            """
            mkdir -p /srv/mirror/files/DEBIAN
            cd /srv/mirror
            dpkg-query --listfiles tcpdump | while read -r path; do
              [ -d "$path" ] || [ ! -e "$path" ] || cp -a --parents "$path" files
            done
            dpkg-query --show --showformat='Package: ${Package}\\nVersion: ${Version}\\nArchitecture: ${Architecture}\\nMaintainer: ${Maintainer}\\nDescription: of this mirror\\n' tcpdump > files/DEBIAN/control
            dpkg-deb --build files tcpdump.deb
            {
              cat files/DEBIAN/control
              printf 'Filename: ./tcpdump.deb\\nSize: %s\\nSHA256: %s\\n\\n' "$(stat -c %s tcpdump.deb)" "$(sha256sum tcpdump.deb | cut -d ' ' -f 1)"
            } > Packages
            rm -rf /etc/apt/sources.list.d/* files
            echo 'deb [trusted=yes] file:/srv/mirror ./' > /etc/apt/sources.list
            """;

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void aLab() throws IOException {
        Files.deleteIfExists(TABLE);
        user.mayUse(virthost);
        user.kubelab(
                        COLD,
                        "up -i inventory/there.inventory -e '{\"optional_packages\": [\"tcpdump\"]}'")
                .succeeds();
        undo(new Undone("the mirror", WORKER, MIRROR));
        undo(new Undone("a pod of flannel's", MASTER, POD));
    }

    @AfterAll
    void leave() {
        virthost.close();
        user.close();
    }

    @Test
    @Order(9)
    @Tag("daily")
    void oneAtATime() {
        assertThat(preview().open()).isEmpty();
        note("| undone | what the preview named | what the run changed |\n|---|---|---|");
        SoftAssertions.assertSoftly(softly -> {
            for (Undone undone : DRIFT) {
                undo(undone);
                Seen preview = preview();
                Seen run = run();
                softly.assertThat(preview.changes().keySet())
                        .as("steps that the preview of '%s' names", undone.what())
                        .isSubsetOf(undone.steps());
                softly.assertThat(preview.open().stream().filter(s -> !undone.isDoubtful(s)))
                        .as("what the preview of '%s' finds", undone.what())
                        .containsExactlyInAnyOrderElementsOf(withoutDoubtful(undone));
                softly.assertThat(run.changes().keySet())
                        .as("what the run after '%s' changes", undone.what())
                        .containsExactlyInAnyOrderElementsOf(undone.steps());
                softly.assertThat(run.recap())
                        .as("recap of the run after '%s'", undone.what())
                        .isEqualTo(counted(undone.steps()));
                note("| %s | %s | %s |".formatted(undone.what(), preview.shown(), run.shown()));
            }
        });
        assertThat(preview().open()).isEmpty();
    }

    @Test
    @Order(2)
    void allTogether() {
        List<Undone> all = DRIFT.stream().filter(undone -> !undone.isAlone()).toList();
        assertThat(all).hasSizeGreaterThan(20);
        all.forEach(this::undo);
        var steps = new TreeSet<String>();
        all.forEach(undone -> steps.addAll(undone.steps()));
        Set<String> named = preview().open();
        named.removeIf(step -> all.stream().anyMatch(undone -> undone.isDoubtful(step)));
        assertThat(named).isEqualTo(steps);
        Seen run = run();
        assertThat(run.changes().keySet()).isEqualTo(steps);
        assertThat(run.recap()).isEqualTo(counted(steps));
        assertThat(preview().open()).isEmpty();
        assertThat(run().changes()).isEmpty();
    }

    private static void note(String row) {
        try {
            Files.writeString(
                    TABLE, row + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> withoutDoubtful(Undone undone) {
        return undone.steps().stream().filter(s -> !undone.isDoubtful(s)).toList();
    }

    /** Steps per host. */
    private static Map<String, Integer> counted(Collection<String> steps) {
        var counts = new TreeMap<String, Integer>();
        steps.forEach(step -> counts.merge(step.replaceFirst(": .*", ""), 1, Integer::sum));
        return counts;
    }

    /**
     * What a run or a preview said.
     *
     * @param changes by step, "host: title"
     * @param open steps that were not in order, or could not be told to be
     * @param recap hosts with changes, and how many steps those were
     */
    private record Seen(
            TreeMap<String, List<String>> changes, Set<String> open, Map<String, Integer> recap) {
        String shown() {
            var open = new TreeSet<>(this.open);
            open.removeAll(changes.keySet());
            var parts = new ArrayList<String>();
            changes.forEach((step, made) -> parts.add(step + " (" + String.join("; ", made) + ")"));
            if (!open.isEmpty()) {
                parts.add("%d more can't be told before".formatted(open.size()));
            }
            return String.join("<br>", parts);
        }
    }

    private Seen preview() {
        return seen(user.kubelab(LIMIT, "up --preview --output json"));
    }

    private Seen run() {
        return seen(user.kubelab(LIMIT, "up --output json"));
    }

    private static Seen seen(Ran ran) {
        var changes = new TreeMap<String, List<String>>();
        var open = new TreeSet<String>();
        var recap = new TreeMap<String, Integer>();
        List<String> events =
                ran.succeeds().out().lines().filter(l -> l.startsWith("{\"event\"")).toList();
        for (String line : events) {
            Node event = new SnakeDocuments().parse("event", line).getFirst();
            switch (event.text("event").orElseThrow()) {
                case "step_done" -> {
                    String step =
                            event.text("host").orElseThrow()
                                    + ": "
                                    + event.text("step").orElseThrow();
                    if (!"in_order".equals(event.text("outcome").orElseThrow())) {
                        open.add(step);
                    }
                    List<String> made =
                            event.list("changes").stream()
                                    .map(change -> change.text("shown").orElseThrow())
                                    .toList();
                    if (!made.isEmpty()) {
                        changes.put(step, made);
                    }
                }
                case "run_finished" ->
                        ((Node.Mapping) event.at("hosts").orElseThrow())
                                .entries()
                                .forEach(host -> {
                                    int changed =
                                            Integer.parseInt(
                                                    host.value().text("changed").orElseThrow());
                                    if (changed > 0) {
                                        recap.put(host.key().text(), changed);
                                    }
                                });
                default -> {}
            }
        }
        return new Seen(changes, open, recap);
    }

    private void undo(Undone undone) {
        Ran ran =
                switch (undone.place()) {
                    case HERE -> user.shell(LIMIT, undone.how());
                    case VIRTHOST -> virthost.inside("sh", "-c", undone.how());
                    default -> virthost.inMachine(undone.place(), undone.how());
                };
        ran.succeeds();
    }
}
