package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code kubernetes_packages} by real apt and real dnf, from repositories of the layout of
 * pkgs.k8s.io that are made for the test.
 */
@Tag("cluster")
@Timeout(300)
final class KubernetesPackagesIT {
    private static final String SCRIPTS = "src/test/resources/e2e/";
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> VERSIONED = List.of("kubelet", "kubeadm", "kubectl");

    private static final String VERSION = PackageSite.VERSION;
    private static final String MINOR = VERSION.substring(0, VERSION.lastIndexOf('.'));
    private static final String NEWER = "%s.%d".formatted(MINOR, patch() + 1);
    private static final String NEWEST = "%s.%d".formatted(MINOR, patch() + 2);

    @TempDir static Path made;
    @TempDir static Path others;
    @TempDir static Path rpms;
    private static @Nullable PackageSite site;
    private static @Nullable PackageSite other;

    @TempDir Path directory;

    private @Nullable Process host;

    enum Family {
        APT(
                "apt-host.sh",
                "/etc/apt/keyrings/kubelab-kubernetes.asc",
                "/etc/default/kubelet",
                "-1.1"),
        DNF(
                "dnf-host.sh",
                "/etc/pki/rpm-gpg/kubelab-kubernetes.asc",
                "/etc/sysconfig/kubelet",
                "-150500.1.1");

        private final String script;
        private final String keyFile;
        private final String arguments;
        private final String release;

        Family(String script, String keyFile, String arguments, String release) {
            this.script = script;
            this.keyFile = keyFile;
            this.arguments = arguments;
            this.release = release;
        }
    }

    @BeforeAll
    static void repositories() throws IOException {
        site =
                new PackageSite(
                        made, LOOPBACK, "%s %s %s".formatted(PackageSite.VERSION, NEWER, NEWEST));
        other = new PackageSite(others, LOOPBACK, NEWER);
        Ran.run(
                        LIMIT,
                        "sh",
                        SCRIPTS + "dnf-host.sh",
                        "make",
                        rpms.toString(),
                        "curl",
                        "ca-certificates")
                .succeeds();
    }

    @AfterAll
    static void served() {
        for (PackageSite each : new PackageSite[] {site, other}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        if (host != null) {
            host.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @EnumSource
    void comeOnceAreHeldAndGo(Family family) throws IOException {
        begin(family);
        String key = site().fingerprint("vendor");
        // what its owner has written for a kubelet
        inside("mkdir -p ${0%/*}; echo KUBELET_EXTRA_ARGS=--v=1 > $0", family.arguments);
        assertThat(kubelab("good", key).succeeds().err()).contains("changed=1");
        assertThat(versions(family)).isEqualTo(of(VERSION, family));
        assertThat(inside("kubelet && kubeadm && kubectl && crictl").out())
                .isEqualTo(
                        "kubelet %1$s\nkubeadm %1$s\nkubectl %1$s\ncrictl %2$s.0\n"
                                .formatted(VERSION, MINOR));
        assertThat(inside("cat " + family.arguments).out()).isEqualTo("KUBELET_EXTRA_ARGS=--v=1\n");
        assertThat(inside("ls -d /etc/kubernetes 2>&1 || true").out()).contains("No such file");
        assertThat(kubelab("good", key).succeeds().err()).contains("changed=0");

        // there are newer ones, and nobody gets them by the way
        inside(family == Family.APT ? "apt-get --yes upgrade" : "dnf --assumeyes upgrade");
        assertThat(versions(family)).isEqualTo(of(VERSION, family));
        inside(
                family == Family.APT
                        ? "apt-get --yes --allow-change-held-packages install kubelet=%s-1.1 kubectl=%s-1.1"
                                .formatted(NEWER, NEWEST)
                        : "dnf --assumeyes --setopt=disable_excludes=kubelab-kubernetes install kubelet-%s kubectl-%s"
                                .formatted(NEWER, NEWEST));
        assertThat(kubelab("good", key).succeeds().err()).contains("changed=1");
        assertThat(versions(family)).isEqualTo(of(VERSION, family));
        assertThat(kubelab("good", key).succeeds().err()).contains("changed=0");

        assertThat(run("-e", "binary_install=true").succeeds().err()).contains("changed=1");
        assertThat(versions(family)).isEmpty();
        assertThat(inside("find /etc -name '*kubelab-kubernetes*'").out()).isEmpty();
        assertThat(run("-e", "binary_install=true").succeeds().err()).contains("changed=0");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatIsNotTheOneIsRefusedBeforeAnythingIsThere(Family family) throws IOException {
        begin(family);
        Ran ran = kubelab("impostor", site().fingerprint("vendor"));
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.err())
                .contains("is the key " + site().fingerprint("somebody"))
                .contains("kube_packages_key is " + site().fingerprint("vendor"));
        assertThat(versions(family)).isEmpty();
        assertThat(inside("find /etc -name '*kubelab-kubernetes*'").out()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatAnybodyElseSignedIsRefused(Family family) throws IOException {
        begin(family);
        for (String key : List.of(site().fingerprint("vendor"), site().key("vendor"))) {
            Ran ran = kubelab("forged", key);
            assertThat(ran.exit()).isEqualTo(5);
            assertThat(ran.err())
                    .contains("remedy: The packages at " + site().url("forged"))
                    .contains("are not signed by the key " + key);
            assertThat(versions(family)).isEmpty();
        }
        // whose key is given is trusted
        assertThat(kubelab("impostor", site().key("somebody")).succeeds().err())
                .contains("changed=1");
        assertThat(versions(family)).isEqualTo(of(VERSION, family));
    }

    @ParameterizedTest
    @EnumSource
    void aKeyHasASuccessorOfTheSameFingerprint(Family family) throws IOException {
        begin(family);
        String key = site().fingerprint("vendor");
        assertThat(kubelab("good", key).succeeds().err()).contains("changed=1");
        inside("echo gone > " + family.keyFile);
        assertThat(kubelab("good", key).succeeds().err()).contains("changed=1");
        assertThat(inside("cat " + family.keyFile).out()).contains("BEGIN PGP PUBLIC KEY BLOCK");
        assertThat(kubelab("good", key).succeeds().err()).contains("changed=0");
    }

    @ParameterizedTest
    @EnumSource
    void aRepositoryWithoutTheVersionIsNamed(Family family) throws IOException {
        begin(family);
        Ran ran = run(options(other(), "good", other().key("vendor")));
        assertThat(ran.exit()).isEqualTo(5);
        assertThat(ran.err())
                .contains("remedy: The repository " + other().url("good"))
                .contains("has no Kubernetes " + VERSION);
        assertThat(versions(family)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aRepositoryThatIsNotThereIsNamed(Family family) throws IOException {
        begin(family);
        Ran ran = kubelab("nowhere", site().key("vendor"));
        assertThat(ran.exit()).isEqualTo(5);
        assertThat(ran.err())
                .contains("remedy: The host doesn't get packages from " + site().url("nowhere"));
        assertThat(versions(family)).isEmpty();
    }

    // --- the means

    private static int patch() {
        return Integer.parseInt(VERSION.substring(VERSION.lastIndexOf('.') + 1));
    }

    private void begin(Family family) throws IOException {
        host =
                new ProcessBuilder(
                                "sh",
                                SCRIPTS + family.script,
                                "start",
                                family == Family.DNF ? rpms.toString() : directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(host.inputReader().readLine()).isEqualTo("ready");
    }

    private Ran kubelab(String repository, String key) throws IOException {
        return run(options(site(), repository, key));
    }

    private static String[] options(PackageSite site, String repository, String key) {
        return new String[] {
            "-e", "binary_install=false",
            "-e", "kube_baseurl=" + site.url(repository),
            "-e", "kube_packages_key=" + key
        };
    }

    private static PackageSite site() {
        return Objects.requireNonNull(site);
    }

    /** Has another version only. */
    private static PackageSite other() {
        return Objects.requireNonNull(other);
    }

    private Ran run(String... options) throws IOException {
        Path play =
                Files.writeString(
                        directory.resolve("play.yml"),
                        """
                        - play: Packages
                          hosts: virthost
                          steps:
                          - kubernetes_packages
                        """);
        return Ran.run(there().play(play.toString(), directory.resolve("state"), options), LIMIT);
    }

    private NamespacedHost there() {
        return NamespacedHost.of(Objects.requireNonNull(host), "--mount");
    }

    private Ran inside(String script, String... zero) {
        var words = new ArrayList<>(List.of("sh", "-ec", script));
        words.addAll(List.of(zero));
        return Ran.run(new ProcessBuilder(there().within(words.toArray(String[]::new))), LIMIT)
                .succeeds();
    }

    /** By name; of apt's, whether they are held too. */
    private Map<String, String> versions(Family family) {
        return inside(
                        family == Family.APT
                                ? "dpkg-query --show --showformat='${Package}=${Version} ${db:Status-Want}\\n' kubelet kubeadm kubectl cri-tools kubernetes-cni 2> /dev/null | grep -v '= ' || true"
                                : "rpm --query --all --queryformat '%{NAME}=%{VERSION}-%{RELEASE}\\n' | grep -E '^(kube|cri-tools)' || true")
                .out()
                .lines()
                .collect(
                        Collectors.toMap(
                                line -> line.substring(0, line.indexOf('=')),
                                line -> line.substring(line.indexOf('=') + 1),
                                (a, _) -> a,
                                TreeMap::new));
    }

    private static Map<String, String> of(String version, Family family) {
        String end = family.release + (family == Family.APT ? " hold" : "");
        var all = new TreeMap<String, String>();
        VERSIONED.forEach(name -> all.put(name, version + end));
        Stream.of("cri-tools %s.0".formatted(MINOR), "kubernetes-cni 1.7.0")
                .map(words -> words.split(" ", 2))
                .forEach(words -> all.put(words[0], words[1] + end));
        return all;
    }
}
