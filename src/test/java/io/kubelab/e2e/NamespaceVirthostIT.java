package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The virthost of the other tests is what they take it for. */
@Tag("cluster")
final class NamespaceVirthostIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aUserGetsInAndMaySudoAndNothingIsLeftOnThisMachine() {
        String mountsBefore = Ran.run(SOON, "findmnt", "--raw", "--noheadings").out();
        Path lib;
        try (TestVirthost virthost = TestVirthost.start()) {
            lib = virthost.varLib();
            Path knownHosts = lib.resolveSibling("known_hosts");
            Files.writeString(knownHosts, virthost.knownHost());
            Ran id =
                    Ran.run(
                            SOON,
                            "ssh",
                            "-p",
                            Integer.toString(TestVirthost.PORT),
                            "-i",
                            virthost.key().toString(),
                            "-o",
                            "UserKnownHostsFile=" + knownHosts,
                            TestVirthost.USER + "@" + virthost.address(),
                            "id -un; sudo -n id -un; sudo -n touch /var/lib/mine /etc/mine; hostname");
            assertThat(id.succeeds().out()).isEqualTo("labadmin\nroot\nvirthost\n");
            assertThat(virthost.traces())
                    .contains("file /.upper/etc/mine f", "file /var/lib/mine f");
            assertThat(Path.of("/etc/mine")).doesNotExist();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertThat(lib).doesNotExist();
        assertThat(Ran.run(SOON, "findmnt", "--raw", "--noheadings").out()).isEqualTo(mountsBefore);
    }

    @Test
    void itsDiskOutlivesAPowerFailureAndNothingElse() {
        try (TestVirthost virthost = TestVirthost.start()) {
            var atFirst = virthost.traces();
            String knownHost = virthost.knownHost();
            virthost.inside(
                            "sh",
                            "-c",
                            """
                            touch /etc/mine /var/lib/mine /run/mine /tmp/mine
                            mkdir /etc/place
                            mount -t tmpfs mine /etc/place
                            ip link add mine type dummy
                            iptables -A INPUT -s 192.0.2.1 -j DROP
                            mkdir /sys/fs/cgroup/pids/mine
                            sleep 1000 > /dev/null 2>&1 &
                            echo $! > /sys/fs/cgroup/pids/mine/cgroup.procs
                            """)
                    .succeeds();
            virthost.reboot();
            var afterwards = virthost.traces();
            afterwards.removeAll(atFirst);
            assertThat(
                            afterwards.stream()
                                    .filter(t -> !TestVirthost.isOrdinary(t))
                                    .filter(t -> !t.startsWith("interface kl1@")))
                    .containsExactly(
                            "file /.upper/etc/mine f",
                            "file /.upper/etc/place d",
                            "file /var/lib/mine f");
            assertThat(virthost.knownHost()).isEqualTo(knownHost);
        }
    }
}
