package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A virtual machine, emulated, whose memory is huge pages: those of this machine's kernel. */
@Tag("cluster")
@Tag("daily")
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HugePagesIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration BOOT = Duration.ofMinutes(15);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(60);

    private static final Path COUNT = Path.of("/proc/sys/vm/nr_hugepages");
    private static final Path COMPACTION = Path.of("/proc/sys/vm/compact_memory");
    private static final Pattern REMEDY = Pattern.compile("sysctl vm.nr_hugepages=(\\d+)");
    private static final String SETUP = "virthost-setup -i inventory/there.inventory -e huge.yml";

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private final String before = read(COUNT);
    private TreeSet<String> traces = new TreeSet<>();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void theUsersFile() {
        user.mayUse(virthost);
        user.write(
                user.checkout().resolve("huge.yml"),
                """
                domain_type: qemu
                image: build:debian-13
                hugepages_enabled: true
                virtual_machines:
                - {name: kube-master, node_type: master, system_ram_mb: 1024, system_cpus: 1}
                """);
        traces = virthost.traces();
    }

    @AfterAll
    void leave() throws IOException {
        try (virthost;
                user) {
            Files.writeString(COUNT, before);
        }
    }

    @Test
    @Order(1)
    void aVirthostThatHasMountedNoneIsTold() {
        Ran ran = user.kubelab(COLD, SETUP);
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err()).contains("mount -t hugetlbfs hugetlbfs /dev/hugepages");
    }

    @Test
    @Order(2)
    void howManyAreMissingIsTold() throws IOException {
        // /dev is this machine's
        virthost.inside("mkdir", "/run/hugepages").succeeds();
        virthost.inside("mount", "-t", "hugetlbfs", "hugetlbfs", "/run/hugepages").succeeds();
        Ran ran = user.kubelab(MINUTE, SETUP);
        assertThat(ran.exit()).isEqualTo(3);
        assertThat(ran.err()).contains("kube-master would get ", " are missing");

        String wanted = REMEDY.matcher(ran.err()).results().findFirst().orElseThrow().group(1);
        Files.writeString(COMPACTION, "1");
        Files.writeString(COUNT, wanted);
        assertThat(read(COUNT)).as("memory in one piece").isEqualTo(wanted);
    }

    @Test
    @Order(3)
    void theMachineHasThemAndNobodyElse() {
        assertThat(free()).isPositive();
        user.kubelab(BOOT, SETUP).succeeds();
        assertThat(user.ssh(BOOT, "kube-master", "systemd-detect-virt").text()).isEqualTo("qemu");
        assertThat(free()).isZero();
        assertThat(user.kubelab(BOOT, SETUP).succeeds().err()).contains("nothing changed");
    }

    @Test
    @Order(4)
    void downGivesThemBack() {
        user.kubelab(BOOT, "down").succeeds();
        assertThat(free()).isEqualTo(Long.parseLong(read(COUNT)));
        virthost.inside("umount", "/run/hugepages").succeeds();
        virthost.inside("rmdir", "/run/hugepages").succeeds();
        var left = new TreeSet<>(virthost.traces());
        left.removeAll(traces);
        left.removeIf(TestVirthost::isOrdinary);
        assertThat(left).isEmpty();
    }

    /** Huge pages that nobody has. */
    private static long free() {
        Map<String, String> lines =
                read(Path.of("/proc/meminfo"))
                        .lines()
                        .collect(
                                Collectors.toMap(
                                        l -> l.substring(0, l.indexOf(':')),
                                        l -> l.replaceAll("\\D", "")));
        return Long.parseLong(lines.getOrDefault("HugePages_Free", ""));
    }

    private static String read(Path file) {
        try {
            // in one piece, as the kernel gives it; Files.readString asks for a byte first
            return String.join("\n", Files.readAllLines(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
