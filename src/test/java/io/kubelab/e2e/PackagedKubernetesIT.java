package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lab whose nodes install kubelet and kubeadm as packages, from a repository that this machine
 * serves; they are the bundle's own programs. Then it goes back to the bundle.
 */
@Tag("daily")
final class PackagedKubernetesIT {
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final String PROGRAMS =
            "set -e; mkdir $1; for d in ~/.cache/kubelab/go/kubernetes-*; do [ ! -x $d/kubeadm ] || [ $($d/kubeadm version -o short) != v$2 ] || cp $d/kubeadm $d/kubelet $d/kubectl $1; done; cp $(ls -td ~/.cache/kubelab/go/crictl-* | head -1)/crictl $1; ls $1";

    /** What a node runs, whose it is, and whether anything stands in front of it. */
    private static final String LOOK =
            "sudo readlink /proc/$(pgrep -x kubelet)/exe; command -v kubeadm; dpkg-query --show --showformat='${Package} ${db:Status-Want}\\n' kubelet kubernetes-cni 2>&1; sudo crictl pods --quiet | wc -l";

    @TempDir Path directory;

    @Test
    void nodesAreReadyAndTheWayBackIsOpen() throws IOException {
        Path programs = directory.resolve("programs");
        Path repository = Files.createDirectory(directory.resolve("repository"));
        try (var virthost = TestVirthost.start();
                var user = Workstation.withThisBuild()) {
            user.mayUse(virthost);
            user.kubelab(COLD, "bundle").succeeds();
            Ran.run(MINUTES, "sh", "-c", PROGRAMS, "sh", programs.toString(), PackageSite.VERSION)
                    .succeeds();
            try (var site =
                    new PackageSite(
                            repository,
                            virthost.lan() + ".1",
                            PackageSite.VERSION,
                            programs.toString())) {
                user.kubelab(
                                COLD,
                                "up -i inventory/there.inventory -e binary_install=false -e kube_baseurl=%s -e kube_packages_key=%s"
                                        .formatted(site.url("good"), site.fingerprint("vendor")))
                        .succeeds();
                assertReady(user);
                for (String node : List.of("kube-master", "kube-node-1")) {
                    assertThat(user.ssh(MINUTES, node, LOOK).out())
                            .startsWith("/usr/bin/kubelet\n/usr/bin/kubeadm\n")
                            .contains("kubelet hold\n", "kubernetes-cni hold\n");
                }
                assertThat(user.kubelab(MINUTES, "up").succeeds().err())
                        .contains("up: nothing changed");
            }
            user.kubelab(MINUTES, "up -e binary_install=true").succeeds();
            assertReady(user);
            for (String node : List.of("kube-master", "kube-node-1")) {
                assertThat(user.ssh(MINUTES, node, LOOK).out())
                        .startsWith("/usr/local/bin/kubelet\n/usr/local/bin/kubeadm\n")
                        .doesNotContain(" hold\n");
            }
            assertThat(user.kubelab(MINUTES, "up").succeeds().err())
                    .contains("up: nothing changed");
            user.kubelab(MINUTES, "down").succeeds();
        }
    }

    private static void assertReady(Workstation user) {
        String version = Pattern.quote("v" + PackageSite.VERSION);
        assertThat(user.kubelab(MINUTES, "kubectl get nodes").succeeds().out())
                .containsPattern("kube-master +Ready .* +" + version)
                .containsPattern("kube-node-1 +Ready .* +" + version);
    }
}
