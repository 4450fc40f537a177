package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A user who isn't root calls kubelab through sudo, and then without it. */
@Tag("cluster")
final class SudoIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration COLD = Duration.ofMinutes(40);

    @Test
    void nothingOfTheirsIsRootsAfterwards() {
        try (TestVirthost virthost = TestVirthost.start();
                Workstation user = Workstation.ofSudoer()) {
            user.mayUse(virthost);
            user.write(
                    user.checkout().resolve("one.yml"),
                    "virtual_machines: [{name: kube-master, node_type: master}]\n");
            // one that the user can build, and one that takes root
            user.shell(MINUTE, "rm -rf ~/.cache/kubelab/go/pause-* ~/.cache/kubelab/root/net-*")
                    .succeeds();
            Ran up = sudo(user, "./kubelab up -i inventory/there.inventory -e one.yml");
            assertThat(up.succeeds().out()).contains("\n  ./kubelab ssh kube-master\n");
            assertThat(user.kubelab(MINUTE, "ssh kube-master -- id -un").succeeds().text())
                    .isEqualTo("centos");
            user.kubelab(MINUTE, "status").succeeds();
            assertThat(
                            user.shell(
                                            MINUTE,
                                            "find ~/.cache/kubelab -user %s -newer one.yml -type f"
                                                    .formatted(Workstation.USER))
                                    .text())
                    .containsPattern("/go/pause-\\w+/pause")
                    .containsPattern("/root/net-\\w+/root.tar");
            assertThat(rootsFiles(user)).isEmpty();
            sudo(user, "./kubelab down").succeeds();
            assertThat(rootsFiles(user)).isEmpty();
        }
    }

    private static Ran sudo(Workstation user, String line) {
        Ran ran =
                user.shell(
                        COLD,
                        "echo '%s' | sudo --stdin --prompt= %s"
                                .formatted(Workstation.PASSWORD, line));
        System.out.print(ran);
        return ran;
    }

    /** But for what was lent them of this machine's cache, which is older. */
    private static String rootsFiles(Workstation user) {
        return user.shell(MINUTE, "find . ~ -user root \\( ! -type f -o -newer one.yml \\) -ls")
                .succeeds()
                .text();
    }
}
