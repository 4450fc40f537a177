package io.kubelab.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cases.SampleLab;
import io.kubelab.cases.Steps;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunOutcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.engine.Runner;
import io.kubelab.playbook.Play;
import io.kubelab.playbook.Playbook;
import io.kubelab.playbook.PlaybookLoader;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Lab;
import io.kubelab.steps.machines.MachineAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every shipped playbook on a world of fakes: the first run converges, the second changes nothing,
 * a preview touches nothing, and what was undone by hand is put back.
 */
final class ShippedPlaybooksTest {
    /** What is made anew by chance, or holds such a thing. */
    private static final Pattern KEYS =
            Pattern.compile("host_.*key|hostkeys/|known_hosts|authorized|id_vm_rsa");

    private static final Path PROJECT = Path.of("").toAbsolutePath();

    private static final String DROP_IN = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf";

    private static final UnaryOperator<Playbook> WHOLE = playbook -> playbook;

    /** What a run on a LAN begins with. */
    private static final UnaryOperator<Playbook> UP_TO_ADDRESSES =
            playbook -> playbook.upTo(MachineAddress.class);

    @TempDir Path directory;

    private final List<RunEvent> events = new ArrayList<>();

    /** Those that are not as in lab.yml. */
    private String settings = "{}";

    @Test
    void bundle() throws IOException {
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        previewTouchesNothing(world, "bundle");
        converges(world, "bundle");
        changesNothing(world, "bundle");
        converges(world, "bundle-prune");
        changesNothing(world, "bundle-prune");
        changesNothing(world, "bundle");
    }

    @Test
    void virthostSetupToDown() throws IOException {
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        previewTouchesNothing(world, "virthost-setup");
        converges(world, "virthost-setup");
        changesNothing(world, "virthost-setup");

        world.hypervisor().stop("kube-node-1");
        world.hypervisor().removeNetwork("kubelab-the_virthost");
        FakeHost virthost = world.host("the_virthost");
        virthost.run(Command.of("kill", "815"));
        virthost.remove("/var/lib/kubelab/labs/the_virthost/machines/kube-master/root/etc/hosts");
        Files.delete(directory.resolve("state/known_hosts"));
        converges(world, "virthost-setup");
        assertThat(changed().stream().map(c -> c.replaceFirst("^([^:]*: [^:]*):.*", "$1")))
                .containsExactlyInAnyOrder(
                        "the_virthost: libvirt is running",
                        "the_virthost: the lab has a network",
                        "localhost: the lab's known_hosts file holds its machines' keys",
                        "kube-master: the machine has the files that it boots with",
                        "kube-node-1: the machine is running",
                        "kube-node-1: the machine is running");
        changesNothing(world, "virthost-setup");

        converges(world, "vm-teardown");
        changesNothing(world, "vm-teardown");
        converges(world, "down");
        changesNothing(world, "down");
    }

    @Test
    void virtualMachines() throws IOException {
        settings = "{domain_type: qemu, image: 'build:debian-12', spare_disk_attach: true}";
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        previewTouchesNothing(world, "virthost-setup");
        converges(world, "virthost-setup");
        changesNothing(world, "virthost-setup");

        world.hypervisor().stop("kube-node-1");
        FakeHost virthost = world.host("the_virthost");
        virthost.run(Command.of("kill", "815"));
        virthost.run(Command.of("kill", "816"));
        virthost.remove("/var/lib/kubelab/labs/the_virthost/machines/kube-master/seed.iso");
        world.host("kube-master").remove("/etc/hosts");
        converges(world, "virthost-setup");
        assertThat(changed().stream().map(c -> c.replaceFirst("^([^:]*: [^:]*):.*", "$1")))
                .containsExactlyInAnyOrder(
                        "the_virthost: libvirt is running",
                        "kube-master: the machine has the seed that it boots with",
                        "kube-master: the machine has the seed that it boots with",
                        "kube-master: the machine has the seed that it boots with",
                        "kube-master: the machine knows the others",
                        "kube-master: the machine knows the others",
                        "kube-node-1: the machine is running",
                        "kube-node-1: the machine knows the others",
                        "kube-node-1: the machine knows the others");
        changesNothing(world, "virthost-setup");

        converges(world, "down");
        changesNothing(world, "down");
        assertThat(virthost.tree("/var/lib/libvirt/images")).noneMatch(f -> f.contains("kubelab"));
    }

    @Test
    void aSecondNetworkComesAndGoes() throws IOException {
        for (String type : List.of("{domain_type: lxc, ", "{domain_type: qemu, ")) {
            String one = type + "image: 'build:debian-13', network_type: default}";
            String two = type + "image: 'build:debian-13', network_type: 2nics}";
            directory = Files.createDirectory(directory.resolve("one"));
            var world = new FakeWorld(directory.resolve("world"), "the_virthost");
            settings = one;
            converges(world, "virthost-setup");
            settings = two;
            converges(world, "virthost-setup");
            changesNothing(world, "virthost-setup");
            assertThat(world.hypervisor().machines())
                    .allSatisfy(m -> assertThat(m.asked().orElseThrow().nics()).hasSize(2));

            world.hypervisor().removeNetwork("kubelab-the_virthost+eth1");
            converges(world, "virthost-setup");
            assertThat(changed())
                    .containsExactly(
                            "the_virthost: the lab has a second network: define network kubelab-the_virthost+eth1");
            changesNothing(world, "virthost-setup");

            settings = one;
            converges(world, "virthost-setup");
            changesNothing(world, "virthost-setup");
            assertThat(world.hypervisor().networks())
                    .extracting(n -> n.name())
                    .containsExactly("kubelab-the_virthost");

            settings = two;
            converges(world, "virthost-setup");
            converges(world, "vm-teardown");
            assertThat(world.hypervisor().networks()).isEmpty();
            changesNothing(world, "vm-teardown");
        }
    }

    @Test
    void onSeveralVirthosts() throws IOException {
        for (String type : List.of("lxc", "qemu")) {
            settings =
                    "{domain_type: %s, image: 'build:debian-13', network_type: 2nics, virtual_machines: [{name: kube-master, node_type: master}, {name: kube-node-1, node_type: nodes, virthost: second}]}"
                            .formatted(type);
            directory = Files.createDirectory(directory.resolve("several"));
            var world = new FakeWorld(directory.resolve("world"), "the_virthost").with("second");
            String links = links(world, "second");
            previewTouchesNothing(world, "virthost-setup");
            converges(world, "virthost-setup");
            changesNothing(world, "virthost-setup");
            assertThat(world.hypervisor().machines())
                    .extracting(m -> m.name())
                    .containsExactly("kube-master");
            assertThat(world.hypervisor("second").machines())
                    .extracting(m -> m.name())
                    .containsExactly("kube-node-1");
            assertThat(world.hypervisor("second").networks())
                    .allSatisfy(n -> assertThat(n.asked().orElseThrow().nat()).isEmpty());

            for (String virthost : List.of("the_virthost", "second")) {
                world.host(virthost)
                        .run(Command.of("ip", "link", "delete", "dev", "klab11e594f4v"));
            }
            world.hypervisor("second").stop("kube-node-1");
            assertThat(world.state().get("second: firewalld"))
                    .contains("libvirt klab11e594f4,", "source address=\"192.168.1.119\"");
            world.host("second").run(Command.of("firewall-cmd", "--reload"));
            converges(world, "virthost-setup");
            assertThat(changed().stream().map(c -> c.replaceFirst("^([^:]*: [^:]*):.*", "$1")))
                    .contains(
                            "the_virthost: the lab's networks reach all of its virthosts",
                            "second: the lab's networks reach all of its virthosts",
                            "second: the virthost's firewall lets the other virthosts in",
                            "kube-node-1: the machine is running")
                    .noneMatch(c -> c.startsWith("kube-master"));
            changesNothing(world, "virthost-setup");

            converges(world, "down");
            assertThat(links(world, "second")).isEqualTo(links);
            for (String virthost : List.of("the_virthost", "second")) {
                assertThat(world.state().get(virthost + ": firewalld")).isEqualTo("[]");
            }
            assertThat(world.hypervisor("second").machines()).isEmpty();
            changesNothing(world, "down");
        }
    }

    private static String links(FakeWorld world, String virthost) {
        return world.host(virthost).run(Command.of("ip", "-o", "link", "show")).out();
    }

    @Test
    void aLanGivesMachinesTheirAddresses() throws IOException {
        for (String type : List.of("lxc", "qemu")) {
            directory = Files.createDirectory(directory.resolve(type));
            var world = new FakeWorld(directory.resolve("world"), "the_virthost");
            settings = onLan(type, "", "");
            previewTouchesNothing(world, "virthost-setup");
            converges(world, "virthost-setup", UP_TO_ADDRESSES);
            assertThat(directory.resolve("state/leases"))
                    .isDirectoryContaining(f -> f.endsWith("kube-master"))
                    .isDirectoryContaining(f -> f.endsWith("kube-node-1"));
            // who has no address yet is asked nothing
            assertThat(events).noneMatch(e -> e.toString().contains("the machine has booted"));

            String master = lease("kube-master");
            String node = lease("kube-node-1");
            assertThat(master).startsWith("192.168.1.").isNotEqualTo(node);
            settings = onLan(type, master, node);
            converges(world, "virthost-setup");
            assertThat(world.hypervisor().networks()).isEmpty();
            String hosts =
                    type.equals("lxc")
                            ? "/var/lib/kubelab/labs/the_virthost/machines/kube-master/root/etc/hosts"
                            : "/etc/hosts";
            assertThat(
                            world.host(type.equals("lxc") ? "the_virthost" : "kube-master")
                                    .run(Command.of("cat", hosts))
                                    .out())
                    .contains(
                            "192.168.1.119 virthost",
                            master + " kube-master",
                            node + " kube-node-1");
            changesNothing(world, "virthost-setup", UP_TO_ADDRESSES);
            changesNothing(world, "virthost-setup");

            // another lease
            Files.writeString(directory.resolve("state/leases/kube-node-1"), "192.168.1.9\n");
            converges(world, "kube-install", UP_TO_ADDRESSES);
            assertThat(changed())
                    .singleElement()
                    .asString()
                    .startsWith("kube-node-1: the machine's address is known: write ");
            assertThat(lease("kube-node-1")).isEqualTo(node);

            converges(world, "down");
            changesNothing(world, "down");
        }
    }

    @Test
    void whatLeadsToAddressesTakesNone() {
        settings = onLan("lxc", "", "");
        assertThat(UP_TO_ADDRESSES.apply(loaded("up")).plays())
                .filteredOn(play -> !play.steps().isEmpty())
                .extracting(Play::name)
                .contains("Virthost is fit", "Node programs", "LAN", "Lab files", "Containers")
                .doesNotContain(
                        "Images", "Registry", "Machines boot", "Addresses of machines", "Workers");
        assertThat(UP_TO_ADDRESSES.apply(loaded("kube-install")).plays())
                .filteredOn(play -> play.kind() == Play.Kind.WORK)
                .extracting(Play::name)
                .containsExactly("Addresses of machines");
        assertThat(UP_TO_ADDRESSES.apply(loaded("down")).plays()).isEmpty();
        assertThat(loaded("up").withoutPreflights().plays())
                .filteredOn(play -> play.kind() == Play.Kind.PREFLIGHT)
                .allSatisfy(play -> assertThat(play.steps()).isEmpty());

        // further than to the address of a virtual machine it can't go
        settings = onLan("kvm", "", "");
        assertThat(UP_TO_ADDRESSES.apply(loaded("up")).plays())
                .filteredOn(play -> play.name().equals("Virtual machines"))
                .flatExtracting(play -> play.steps().values().iterator().next())
                .extracting(bound -> (Object) bound.step().getClass())
                .endsWith(MachineAddress.class);
    }

    private Playbook loaded(String playbook) {
        return loaded(file(playbook), SampleLab.standing(PROJECT, directory, settings));
    }

    private static Playbook loaded(Path playbook, Lab lab) {
        return new PlaybookLoader(new SnakeDocuments(), new Vocabulary(Steps.all()))
                .load(playbook, lab);
    }

    private static String onLan(String type, String master, String node) {
        return """
        {domain_type: %s, image: 'build:debian-13', bridge_networking: true, bridge_network_range: dhcp,
         bridge_virthost_address: 192.168.1.119, multus_ipam_subnet: 192.168.1.0/24, multus_ipam_gateway: 192.168.1.1,
         multus_ipam_rangeStart: 192.168.1.200, multus_ipam_rangeEnd: 192.168.1.216, virtual_machines:
         [{name: kube-master, node_type: master%s}, {name: kube-node-1, node_type: nodes%s}]}
        """
                .formatted(type, fixed(master), fixed(node));
    }

    private static String fixed(String address) {
        return address.isEmpty() ? "" : ", static_ip: " + address;
    }

    private String lease(String machine) throws IOException {
        return Files.readString(directory.resolve("state/leases").resolve(machine)).strip();
    }

    @Test
    void virtualMachinesOnFedora() throws IOException {
        settings = "{domain_type: kvm, image: 'build:debian-13'}";
        var world =
                new FakeWorld(
                        directory.resolve("world"), "the_virthost", Virthost.Distribution.FEDORA);
        previewTouchesNothing(world, "virthost-setup");
        converges(world, "virthost-setup");
        changesNothing(world, "virthost-setup");

        FakeHost virthost = world.host("the_virthost");
        assertThat(virthost.packages()).contains("qemu-kvm", "gnupg2").doesNotContain("gpgv");
        assertThat(virthost.unit("virtqemud").atBoot()).isEqualTo("enabled");
        virthost.run(Command.of("firewall-cmd", "--reload"));
        virthost.run(Command.of("systemctl", "stop", "virtnetworkd.socket"));
        converges(world, "virthost-setup");
        assertThat(changed().stream().map(c -> c.replaceFirst("^([^:]*: [^:]*):.*", "$1")))
                .containsExactlyInAnyOrder(
                        "the_virthost: libvirt is running",
                        "the_virthost: the virthost's firewall lets machines reach the registry");
        changesNothing(world, "virthost-setup");

        converges(world, "down");
        assertThat(world.state().get("the_virthost: firewalld")).isEqualTo("[]");
        assertThat(virthost.tree("/etc/systemd/system"))
                .noneMatch(path -> path.contains("kubelab"));
        changesNothing(world, "down");
    }

    @Test
    void machinesOfFedorasFamilyAreMadeNodes() throws IOException {
        settings =
                "{domain_type: kvm, image: centos-stream-10, virtual_machines: [{name: kube-master, node_type: master}, {name: kube-node-1, node_type: nodes}]}";
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        converges(world, "virthost-setup");
        changesNothing(world, "virthost-setup");
        Path prepared = preparation();
        assertConverges(run(world, prepared, RunEvent.Mode.APPLY, told()), prepared.toString());
        for (String name : List.of("kube-master", "kube-node-1")) {
            FakeHost machine = world.host(name);
            assertThat(machine.packages())
                    .contains("crun", "container-selinux", "kernel-modules-extra", "bind-utils")
                    .doesNotContain("runc", "bind9-dnsutils");
            assertThat(machine.run(Command.of("cat", "/etc/containerd/config.toml")).out())
                    .contains("enable_selinux = true")
                    .contains("BinaryName = '/usr/bin/crun'");
            assertThat(machine.unit("containerd").active()).isEqualTo("active");
            assertThat(machine.changes())
                    .containsSubsequence(
                            "install kernel-modules-extra",
                            "boot",
                            "unit NetworkManager",
                            "write /usr/local/bin/containerd",
                            "unit containerd");
        }
        var before = state(world);
        assertThat(run(world, prepared, RunEvent.Mode.APPLY, told()).ending())
                .isEqualTo(Ending.COMPLETE);
        assertThat(changed()).isEmpty();
        assertThat(state(world)).isEqualTo(before);

        // what somebody puts there has the label of its directory
        world.host("kube-master")
                .put("/opt/cni/bin/mine", new Content.Text("x"), FileAttributes.PROGRAM);
        run(world, prepared, RunEvent.Mode.APPLY, told());
        assertThat(changed())
                .singleElement()
                .asString()
                .startsWith("kube-master: files have the labels that SELinux's policy has");
    }

    @Test
    void kubernetesOwnPackagesComeAndGo() throws IOException {
        String machines =
                "domain_type: kvm, image: centos-stream-10, virtual_machines: [{name: kube-master, node_type: master}, {name: kube-node-1, node_type: nodes}]";
        settings = "{%s}".formatted(machines);
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        converges(world, "virthost-setup");
        Path prepared = preparation();
        assertConverges(run(world, prepared, RunEvent.Mode.APPLY, told()), prepared.toString());
        FakeHost machine = world.host("kube-master");
        for (String name : List.of("kube-master", "kube-node-1")) {
            world.host(name).model("curl", KubernetesRepository::curl);
        }

        settings =
                "{%s, binary_install: false, kube_packages_key: %s}"
                        .formatted(machines, KubernetesRepository.FINGERPRINT);
        assertConverges(run(world, prepared, RunEvent.Mode.APPLY, told()), prepared.toString());
        assertThat(machine.version("kubeadm")).contains("1.37.2-150500.1.1");
        assertThat(machine.tree("/usr/local/bin")).noneMatch(p -> p.matches(".*/(kube.*|crictl)"));
        assertThat(machine.tree("/usr/local/bin")).contains("/usr/local/bin/containerd");
        assertThat(machine.run(Command.of("cat", "/etc/yum.repos.d/kubelab-kubernetes.repo")).out())
                .contains(
                        "baseurl=https://pkgs.k8s.io/core:/stable:/v1.37/rpm/\n",
                        "gpgcheck=1\n",
                        "exclude=kubelet kubeadm kubectl cri-tools kubernetes-cni\n");
        assertThat(machine.run(Command.of("cat", DROP_IN)).out())
                .contains(
                        "EnvironmentFile=-/etc/sysconfig/kubelet\nExecStart=\nExecStart=/usr/bin/kubelet ");
        assertThat(run(world, prepared, RunEvent.Mode.APPLY, told()).ending())
                .isEqualTo(Ending.COMPLETE);
        assertThat(changed()).isEmpty();

        // what somebody upgraded, or put in front of it
        machine.install("kubelet", "1.37.3-150500.1.1");
        machine.put("/usr/local/bin/kubectl", new Content.Text("mine"), FileAttributes.PROGRAM);
        run(world, prepared, RunEvent.Mode.APPLY, told());
        assertThat(
                        changed().stream()
                                .map(c -> c.replaceFirst("^([^:]*: [^:]*):.*", "$1"))
                                .distinct())
                .containsExactly(
                        "kube-master: Kubernetes' own packages are the node's, where they are to be",
                        "kube-master: the node's programs are the bundle's");

        settings = "{%s}".formatted(machines);
        assertConverges(run(world, prepared, RunEvent.Mode.APPLY, told()), prepared.toString());
        assertThat(machine.version("kubelet")).isEmpty();
        assertThat(machine.tree("/usr/local/bin")).contains("/usr/local/bin/kubelet");
        assertThat(machine.run(Command.of("cat", DROP_IN)).out())
                .contains(
                        "EnvironmentFile=-/etc/default/kubelet\nExecStart=\nExecStart=/usr/local/bin/kubelet ");
        assertThat(run(world, prepared, RunEvent.Mode.APPLY, told()).ending())
                .isEqualTo(Ending.COMPLETE);
        assertThat(changed()).isEmpty();
    }

    /** The plays of kube-install that make machines fit to be nodes. */
    private Path preparation() throws IOException {
        String shipped = Files.readString(PROJECT.resolve("playbooks-equivalent/kube-install.yml"));
        String plays =
                Pattern.compile("\n(?=- play: )")
                        .splitAsStream(shipped)
                        .filter(play -> play.contains("are prepared\n"))
                        .collect(Collectors.joining("\n"));
        assertThat(plays).contains("hosts: nodes").contains("hosts: master");
        return Files.writeString(directory.resolve("prepared.yml"), plays);
    }

    /**
     * kubelab is killed before its first change, then before its second, and so on to the last:
     * what it leaves is what an undisturbed run leaves. How often in which step is in
     * target/kill-matrix.txt.
     */
    @Test
    void killedAtEveryChange() throws IOException, InterruptedException {
        List<String> playbooks = List.of("virthost-setup", "vm-teardown", "virthost-setup", "down");
        // in the same directory: what is built here names it
        directory = Files.createDirectory(directory.resolve("here"));
        var calm = new FakeWorld(directory.resolve("world"), "the_virthost");
        var undisturbed = new ArrayList<TreeMap<String, String>>();
        for (String playbook : playbooks) {
            converges(calm, playbook);
            undisturbed.add(stateAfterwards(calm));
        }
        Files.move(directory, directory.resolveSibling("elsewhere"));
        Files.createDirectory(directory);
        var world = new FakeWorld(directory.resolve("world"), "the_virthost");
        var matrix = new ArrayList<String>();
        for (int i = 0; i < playbooks.size(); i++) {
            String playbook = playbooks.get(i);
            List<String> places = killedAtEveryChange(world, playbook);
            assertThat(places).as("places in %s", playbook).hasSizeGreaterThan(5);
            assertThat(stateAfterwards(world).entrySet())
                    .as("state after %s", playbook)
                    .hasSameElementsAs(undisturbed.get(i).entrySet());
            changesNothing(world, playbook);
            places.stream()
                    .collect(
                            Collectors.groupingBy(
                                    place -> place.replaceFirst(" \\| .*", ""),
                                    TreeMap::new,
                                    Collectors.counting()))
                    .forEach((step, times) ->
                            matrix.add(
                                    "| %s | %s | killed %d times, converged |"
                                            .formatted(playbook, step, times)));
        }
        Files.write(Path.of("target/kill-matrix.txt"), matrix);
    }

    private List<String> killedAtEveryChange(FakeWorld world, String playbook)
            throws InterruptedException {
        var places = new ArrayList<String>();
        int changes = 0;
        while (places.size() < 500) {
            var mortal = new MortalRun(changes);
            events.clear();
            try {
                RunOutcome outcome = run(world, playbook, RunEvent.Mode.APPLY, mortal);
                assertThat(outcome.failures()).isEmpty();
                assertThat(outcome.defects()).isEmpty();
            } catch (CompletionException e) {
                assertThat(e).hasRootCauseInstanceOf(MortalRun.Killed.class);
            }
            String place = mortal.awaitEnd();
            if (place.isEmpty()) {
                return places;
            }
            // a step may want all of its changes again
            changes = places.contains(place) ? changes + 1 : 1;
            places.add(place);
        }
        throw new AssertionError("never done: " + places.reversed().subList(0, 9));
    }

    /** Of the world and the workstation; keys are made by chance, only their names count. */
    private TreeMap<String, String> stateAfterwards(FakeWorld world) throws IOException {
        var state = new TreeMap<String, String>();
        world.state()
                .forEach((what, is) ->
                        state.put(
                                what,
                                KEYS.matcher(what).find()
                                        ? "by chance"
                                        : what.endsWith("/mountinfo") ? mounts(is) : is));
        for (String place : List.of("cache", "state", "keys")) {
            Path tree = Files.createDirectories(directory.resolve(place));
            try (var files = Files.walk(tree)) {
                for (Path file : files.toList()) {
                    state.put(
                            place + "/" + tree.relativize(file),
                            Files.isRegularFile(file) && !KEYS.matcher(file.toString()).find()
                                    ? Files.readString(file, StandardCharsets.ISO_8859_1)
                                            .replace(directory.toString(), "")
                                    : "");
                }
            }
        }
        return state;
    }

    /** In the order of their places, without numbers. */
    private static String mounts(String mountinfo) {
        return mountinfo
                .lines()
                .map(line ->
                        line.replaceFirst("^(\\S+ ){3}\\S+ ", "")
                                .replaceFirst("shared:\\d+", "shared"))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private void converges(FakeWorld world, String playbook) {
        converges(world, playbook, WHOLE);
    }

    private void converges(FakeWorld world, String playbook, UnaryOperator<Playbook> part) {
        assertConverges(run(world, playbook, part, RunEvent.Mode.APPLY, told()), playbook);
    }

    private void assertConverges(RunOutcome outcome, String playbook) {
        assertThat(outcome.defects()).as("defects in %s", playbook).isEmpty();
        assertThat(outcome.failures()).as("failures in %s", playbook).isEmpty();
        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(changed()).as("changes by %s", playbook).isNotEmpty();
    }

    private void changesNothing(FakeWorld world, String playbook) throws IOException {
        changesNothing(world, playbook, WHOLE);
    }

    private void changesNothing(FakeWorld world, String playbook, UnaryOperator<Playbook> part)
            throws IOException {
        var before = state(world);
        RunOutcome outcome = run(world, playbook, part, RunEvent.Mode.APPLY, told());
        assertThat(outcome.ending()).isEqualTo(Ending.COMPLETE);
        assertThat(changed()).as("changes by the second run of %s", playbook).isEmpty();
        assertThat(state(world)).isEqualTo(before);
    }

    private void previewTouchesNothing(FakeWorld world, String playbook) throws IOException {
        var before = state(world);
        RunOutcome outcome = run(world, playbook, RunEvent.Mode.PREVIEW);
        assertThat(outcome.defects()).as("defects in the preview of %s", playbook).isEmpty();
        assertThat(outcome.failures()).as("failures in the preview of %s", playbook).isEmpty();
        assertThat(state(world)).isEqualTo(before);
    }

    private RunOutcome run(FakeWorld world, String playbook, RunEvent.Mode mode) {
        return run(world, playbook, mode, told());
    }

    /** Of one run. */
    private Reporter told() {
        events.clear();
        return events::add;
    }

    private RunOutcome run(
            FakeWorld world, String playbook, RunEvent.Mode mode, Reporter reporter) {
        return run(world, playbook, WHOLE, mode, reporter);
    }

    private RunOutcome run(
            FakeWorld world,
            String playbook,
            UnaryOperator<Playbook> part,
            RunEvent.Mode mode,
            Reporter reporter) {
        return run(world, file(playbook), part, mode, reporter);
    }

    private static Path file(String playbook) {
        return PROJECT.resolve("playbooks-equivalent/" + playbook + ".yml");
    }

    private RunOutcome run(FakeWorld world, Path playbook, RunEvent.Mode mode, Reporter reporter) {
        return run(world, playbook, WHOLE, mode, reporter);
    }

    private RunOutcome run(
            FakeWorld world,
            Path playbook,
            UnaryOperator<Playbook> part,
            RunEvent.Mode mode,
            Reporter reporter) {
        Lab lab = SampleLab.standing(PROJECT, directory, settings);
        Playbook loaded = part.apply(loaded(playbook, lab));
        return new Runner(world.ports(PROJECT), lab, reporter, world.clock(), new Cancellation())
                .run(loaded, mode);
    }

    /** "host: step: change" of the last run. */
    private List<String> changed() {
        var lines = new ArrayList<String>();
        for (RunEvent event : events) {
            if (event instanceof RunEvent.StepDone done
                    && done.outcome() instanceof RunEvent.Outcome.Changed(var changes)) {
                changes.forEach(
                        c -> lines.add(done.host() + ": " + done.title() + ": " + c.shown()));
            }
        }
        return lines;
    }

    /** All that can be told of the world and of the workstation's files. */
    private TreeMap<String, String> state(FakeWorld world) throws IOException {
        var state = new TreeMap<String, String>();
        state.put("changes", world.changes().toString());
        for (String place : List.of("cache", "state", "keys")) {
            Path tree = Files.createDirectories(directory.resolve(place));
            try (var files = Files.walk(tree)) {
                for (Path file : files.toList()) {
                    state.put(
                            file.toString(),
                            Files.isRegularFile(file)
                                    ? Files.getLastModifiedTime(file) + " " + Files.size(file)
                                    : "");
                }
            }
        }
        return state;
    }
}
