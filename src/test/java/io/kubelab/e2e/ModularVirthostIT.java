package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virthost without systemd that has {@link ModularLibvirt} and no libvirtd. */
@Tag("daily")
final class ModularVirthostIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Of everything that emulated machines take part in. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(60);

    /** Debian's libraries take libvirtd's socket by default, those of Fedora the daemons' own. */
    private static final String INSTALL =
            """
            install /var/lib/modular/sbin/* /usr/sbin/
            rm -r /var/lib/modular /usr/sbin/libvirtd
            echo 'remote_mode = "direct"' >> /etc/libvirt/libvirt.conf
            """;

    @TempDir static Path made;

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private TreeSet<String> before = new TreeSet<>();

    @BeforeAll
    static void daemons() {
        String suite =
                Ran.run(MINUTE, "sh", "-c", ". /etc/os-release && echo $VERSION_CODENAME")
                        .succeeds()
                        .text();
        ModularLibvirt.make(suite, made);
    }

    @BeforeEach
    void libvirtdIsGone() {
        Ran.run(
                        MINUTE,
                        "cp",
                        "-r",
                        made.toString(),
                        virthost.varLib().resolve("modular").toString())
                .succeeds();
        virthost.inside("sh", "-ec", INSTALL).succeeds();
        user.mayUse(virthost);
        before = virthost.traces();
    }

    @AfterEach
    void leave() {
        virthost.close();
        user.close();
    }

    @Test
    void containersComeAndGo() {
        String setup = "virthost-setup -i inventory/there.inventory";
        user.kubelab(COLD, setup).succeeds();
        assertThat(running()).containsExactly("virtlxcd", "virtnetworkd");
        assertThat(user.kubelab(MINUTE, setup).succeeds().err())
                .contains("virthost-setup: nothing changed");
        user.ssh(MINUTE, "kube-master", "sudo ping -c 1 kube-node-1").succeeds();

        // networks have no daemon any more, and what a crash leaves of a socket is no daemon
        virthost.inside(
                        "sh",
                        "-ec",
                        "kill -9 $(cat /run/kubelab/virtnetworkd.pid)\n"
                                + "cp -a /run/libvirt/virtnetworkd-sock /run/libvirt/libvirt-sock")
                .succeeds();
        assertThat(user.kubelab(MINUTE, setup).succeeds().err()).contains("libvirt is running");
        assertThat(running()).containsExactly("virtlxcd", "virtnetworkd");
        assertThat(user.kubelab(MINUTE, setup).succeeds().err())
                .contains("virthost-setup: nothing changed");

        user.kubelab(MINUTE, "vm-teardown").succeeds();
        user.kubelab(MINUTE, "down").succeeds();
        assertNothingIsLeft();
    }

    @Test
    void aVirtualMachineComesAndGoes() {
        user.write(
                user.checkout().resolve("vm.yml"),
                """
                domain_type: qemu
                image: build:debian-13
                virtual_machines: [{name: alone, node_type: master}]
                """);
        String setup = "virthost-setup -i inventory/there.inventory -e vm.yml";
        user.kubelab(COLD, setup).succeeds();
        assertThat(running()).containsExactly("virtlogd", "virtnetworkd", "virtqemud");
        assertThat(user.kubelab(PATIENCE, setup).succeeds().err())
                .contains("virthost-setup: nothing changed");
        assertThat(user.ssh(PATIENCE, "alone", "systemd-detect-virt").text()).isEqualTo("qemu");

        user.kubelab(PATIENCE, "down").succeeds();
        assertNothingIsLeft();
    }

    /** libvirt's daemons on the virthost. */
    private List<String> running() {
        return virthost.inside("ps", "-e", "-o", "comm=")
                .out()
                .lines()
                .filter(name -> name.matches("libvirtd|virt.*d"))
                .sorted()
                .toList();
    }

    private void assertNothingIsLeft() {
        TreeSet<String> after = virthost.traces();
        after.removeAll(before);
        assertThat(after.stream().filter(trace -> !TestVirthost.isOrdinary(trace))).isEmpty();
    }
}
