package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cases.SampleLab;
import io.kubelab.cases.Steps;
import io.kubelab.engine.Cancellation;
import io.kubelab.engine.Ports;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunOutcome;
import io.kubelab.engine.Runner;
import io.kubelab.inventory.Host;
import io.kubelab.playbook.PlaybookLoader;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that was there before the lab is taken and given back: what it had stays, what kubelab put
 * there goes, and a host of others is never touched.
 */
final class BareHostTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final String NAME = "bare-1";
    private static final List<String> UNITS = List.of("containerd", "kubelet");
    private static final String FORWARD = "/proc/sys/net/ipv4/ip_forward";

    /** As kube-install has it, as far as a host without a cluster can come. */
    private static final String TAKEN =
            """
            - preflight: Hosts are fit
              hosts: nodes:!machines
              steps:
              - bare_host_fit

            - play: Hosts are taken
              hosts: nodes:!machines
              steps:
              - registry_reached
              - bare_host_taken
              - lab_names
              - kernel_settings
              - containerd_config
              - kubernetes_packages
              - kubelet_unit
            """;

    private static final String PACKAGES =
            "{binary_install: false, kube_packages_key: %s}"
                    .formatted(KubernetesRepository.FINGERPRINT);

    private static final List<String> OF_KUBERNETES =
            List.of("kubelet", "kubeadm", "kubectl", "cri-tools", "kubernetes-cni");

    private static final String LEFT =
            """
            - play: Hosts are left
              hosts: nodes:!machines
              steps:
              - node_reset
              - bare_host_left
            """;

    @TempDir Path directory;

    private final List<RunEvent> events = new ArrayList<>();

    /** Those that are not as in lab.yml. */
    private String settings = "{}";

    private final FakeHost host = new FakeHost(NAME);
    private final Connection connection = new FakeConnection(host);

    @BeforeEach
    void anUbuntuHost() {
        write("/etc/os-release", "ID=ubuntu\nID_LIKE=debian\n");
        write("/etc/hosts", "127.0.0.1 localhost\n10.0.0.9 printer\n");
        write("/etc/cni/net.d/own.conflist", "{}\n");
        write(FORWARD, "0\n");
        write("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
        write("/proc/sys/net/bridge/bridge-nf-call-ip6tables", "1\n");
        write("/proc/self/status", "CapBnd:\t000001ffffffffff\n");
        write("/proc/swaps", "Filename\n");
        write("/proc/net/tcp", "");
        write("/proc/net/tcp6", "");
        write("/proc/net/route", "Iface\n");
        host.put("/run/systemd/system", new Item.Directory("755", "root:root"));
        for (String there :
                List.of(
                        "/etc/sysctl.d",
                        "/etc/modules-load.d",
                        "/etc/systemd/system",
                        "/var/lib")) {
            host.put(there, new Item.Directory("755", "root:root"));
        }
        host.model("systemctl", BareHostTest::systemctl);
        host.model("uname", (_, _) -> prints("x86_64\n"));
        host.model("find", BareHostTest::find);
        host.model("grep", BareHostTest::grep);
        host.model("ip", (_, call) -> ip(call));
        host.model("timeout", (_, _) -> prints(""));
        host.model("systemd-detect-virt", (_, _) -> fails(1, ""));
        host.model("modprobe", (_, _) -> prints(""));
        host.model("sysctl", this::sysctl);
        host.model("pgrep", (_, _) -> fails(1, ""));
        host.model("crictl", (_, _) -> prints(""));
        host.model("ls", (_, _) -> prints("lo\n"));
        host.model("nft", (_, _) -> prints(""));
        host.model("sh", BareHostTest::sh);
        Program stat = Objects.requireNonNull(Coreutils.PROGRAMS.get("stat"));
        host.model(
                "stat",
                (there, call) ->
                        call.has("--file-system") ? prints("cgroup2fs\n") : stat.run(there, call));
    }

    @Test
    void itIsTakenOnceAndGivenBackAsItWas() throws IOException {
        TreeMap<String, String> before = state();
        converges(TAKEN);
        assertThat(host.at("/etc/systemd/system/kubelet.service")).isPresent();
        assertThat(host.run(Command.of("cat", "/etc/hosts")).out())
                .contains("10.0.0.9 printer\n", "192.168.122.10 kube-master\n");
        changesNothing(TAKEN);
        converges(LEFT);
        assertThat(state()).isEqualTo(before);
        changesNothing(LEFT);
    }

    /** kubelab is killed before its first change, the next one before its second, and so on. */
    @Test
    void killedAtEveryChangeItIsAsItWasAllTheSame() throws IOException, InterruptedException {
        TreeMap<String, String> before = state();
        killedAtEveryChange(TAKEN);
        changesNothing(TAKEN);
        killedAtEveryChange(LEFT);
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void withPackagesItIsGivenBackAsItWasTooThoughEverythingIsKilled()
            throws IOException, InterruptedException {
        settings = PACKAGES;
        fetches("/opt");
        TreeMap<String, String> before = state();
        killedAtEveryChange(TAKEN);
        assertThat(host.held()).containsExactlyInAnyOrderElementsOf(OF_KUBERNETES);
        assertThat(host.version("kubelet")).contains("1.37.2-1.1");
        assertThat(host.at("/etc/kubernetes")).isEmpty();
        assertThat(host.run(Command.of("cat", "/etc/systemd/system/kubelet.service")).out())
                .contains("ExecStart=/usr/bin/kubelet\n");
        changesNothing(TAKEN);
        killedAtEveryChange(LEFT);
        assertThat(state()).isEqualTo(before);
        changesNothing(LEFT);
    }

    @Test
    void packagesOfSomebodyElseStay() throws IOException {
        settings = PACKAGES;
        host.install("kubectl", "1.30.1-1.1");
        TreeMap<String, String> before = state();
        assertThat(run(TAKEN, events::add).failures())
                .singleElement()
                .asString()
                .contains("it has packages of Kubernetes already (kubectl)");
        assertThat(state()).isEqualTo(before);
        // with the bundle's programs they are no matter
        settings = "{}";
        converges(TAKEN);
        converges(LEFT);
        assertThat(host.version("kubectl")).contains("1.30.1-1.1");
    }

    @Test
    void backToTheBundlesProgramsNoPackagesAreLeft() throws IOException {
        fetches("/opt/cni/bin");
        converges(TAKEN);
        TreeMap<String, String> bundled = state();
        settings = PACKAGES;
        converges(TAKEN);
        assertThat(host.version("kubelet")).isPresent();
        settings = "{}";
        converges(TAKEN);
        assertThat(state()).isEqualTo(bundled);
        changesNothing(TAKEN);
    }

    /** The host can, and reaches the repository. */
    private void fetches(String optional) {
        host.packages().addAll(List.of("ca-certificates", "curl"));
        host.model("curl", KubernetesRepository::curl);
        for (String there :
                List.of("/etc/apt/keyrings", "/etc/apt/sources.list.d", "/usr/bin", optional)) {
            host.put(there, new Item.Directory("755", "root:root"));
        }
    }

    @Test
    void aNodeOfOthersIsNotTouched() throws IOException {
        write("/etc/kubernetes/kubelet.conf", "theirs\n");
        TreeMap<String, String> before = state();
        assertThat(run(TAKEN, events::add).failures())
                .singleElement()
                .asString()
                .contains("it is a node of another cluster");
        changesNothing(LEFT);
        assertThat(state()).isEqualTo(before);
    }

    private void killedAtEveryChange(String plays) throws IOException, InterruptedException {
        int changes = 0;
        var places = new ArrayList<String>();
        while (places.size() < 100) {
            var mortal = new MortalRun(changes);
            try {
                RunOutcome outcome = run(plays, mortal);
                assertThat(outcome.failures()).isEmpty();
                assertThat(outcome.defects()).isEmpty();
            } catch (CompletionException e) {
                assertThat(e).hasRootCauseInstanceOf(MortalRun.Killed.class);
            }
            String place = mortal.awaitEnd();
            if (place.isEmpty()) {
                return;
            }
            changes = places.contains(place) ? changes + 1 : 1;
            places.add(place);
        }
        throw new AssertionError("never done: " + places);
    }

    private void write(String path, String text) {
        host.put(path, new Content.Text(text), FileAttributes.PUBLIC);
    }

    /** systemd reads a unit when it is first asked for it, and forgets it when it is told to. */
    private static CommandResult systemctl(FakeHost host, Program.Call call) {
        for (String unit : UNITS) {
            boolean there = host.at("/etc/systemd/system/" + unit + ".service").isPresent();
            boolean known = !host.unit(unit).atBoot().isEmpty();
            if (there && !known) {
                host.unit(unit, new FakeHost.Unit("inactive", "disabled", false, Optional.empty()));
            } else if (!there && known && call.has("daemon-reload")) {
                host.unit(unit, FakeHost.Unit.UNKNOWN);
            }
        }
        return DebianPrograms.systemctl(host, call);
    }

    /** But for what the fake remembers of units that are no more. */
    private TreeMap<String, String> state() {
        var state = host.state();
        UNITS.forEach(unit -> state.remove("unit " + unit, "inactive"));
        return state;
    }

    private static CommandResult find(FakeHost host, Program.Call call) {
        return prints(
                call.operands().stream()
                        .filter(path -> path.startsWith("/") && !host.tree(path).isEmpty())
                        .map(path -> path + "\n")
                        .collect(Collectors.joining()));
    }

    /** Nothing was ever left half installed. */
    private static CommandResult sh(FakeHost host, Program.Call call) {
        if (!call.has("flock /var/lib/dpkg dpkg --configure -a; true")) {
            throw host.unmodelled("sh", call);
        }
        return prints("");
    }

    private static CommandResult grep(FakeHost host, Program.Call call) {
        return prints(
                call.operands().stream()
                        .filter(path -> path.startsWith("/") && host.at(path).isPresent())
                        .map(path -> path + ":" + host.run(Command.of("cat", path)).out())
                        .collect(Collectors.joining()));
    }

    private static CommandResult ip(Program.Call call) {
        return call.has("get")
                ? prints(call.words().getLast() + " dev enp3s0 src 192.168.122.50 uid 0\n")
                : prints("");
    }

    private CommandResult sysctl(FakeHost there, Program.Call call) {
        if (call.has("--load")) {
            write(FORWARD, "1\n");
            return prints("");
        }
        for (String word : call.operands()) {
            if (word.equals("net.ipv4.ip_forward=0")) {
                write(FORWARD, "0\n");
                return prints("");
            }
        }
        throw there.unmodelled("sysctl", call);
    }

    private void converges(String plays) throws IOException {
        RunOutcome outcome = run(plays, events::add);
        assertThat(outcome.defects()).isEmpty();
        assertThat(outcome.failures()).isEmpty();
        assertThat(changed()).isNotZero();
    }

    private void changesNothing(String plays) throws IOException {
        RunOutcome outcome = run(plays, events::add);
        assertThat(outcome.defects()).isEmpty();
        assertThat(outcome.failures()).isEmpty();
        assertThat(changed()).isZero();
    }

    private long changed() {
        return events.stream()
                .filter(event ->
                        event instanceof RunEvent.StepDone done
                                && done.outcome() instanceof RunEvent.Outcome.Changed)
                .count();
    }

    private RunOutcome run(String plays, Reporter reporter) throws IOException {
        events.clear();
        Lab lab = SampleLab.withBareHost(SampleLab.standing(PROJECT, directory, settings), NAME);
        var world = new FakeWorld(Files.createTempDirectory(directory, "world"), "the_virthost");
        Ports others = world.ports(PROJECT);
        var ports =
                new Ports(
                        new OneHost(),
                        others.hypervisors(),
                        others.clusters(),
                        others.images(),
                        others.releases(),
                        others.signingKeys(),
                        others.discs(),
                        new FreemarkerTemplates(PROJECT.resolve("templates")),
                        new SnakeDocuments());
        Path file = directory.resolve("plays.yml");
        Files.writeString(file, plays);
        return new Runner(ports, lab, reporter, world.clock(), new Cancellation())
                .run(
                        new PlaybookLoader(new SnakeDocuments(), new Vocabulary(Steps.all()))
                                .load(file, lab),
                        RunEvent.Mode.APPLY);
    }

    private final class OneHost implements Connections {
        @Override
        public Connection to(Host to) {
            assertThat(to.name()).isEqualTo(NAME);
            return connection;
        }

        @Override
        public boolean approach(Host to) {
            return true;
        }

        @Override
        public void forget(Host to) {}

        @Override
        public void close() {}
    }
}
