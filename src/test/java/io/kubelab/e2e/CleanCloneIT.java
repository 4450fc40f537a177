package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * README's main command as it is written there, in a clean clone, with this machine as virthost. Of
 * all stories it comes first, since it installs the packages that a virthost needs.
 */
@Tag("cluster")
final class CleanCloneIT {
    /** With an empty cache the whole bundle is built. */
    private static final Duration COLD = Duration.ofMinutes(40);

    private static final Pattern CHANGED =
            Pattern.compile("^\\S+\\s*: ok=\\d+ +changed=([1-9]\\d*) ", Pattern.MULTILINE);

    @Test
    void upTwiceAndDown() {
        try (Workstation user = Workstation.withClone()) {
            List<String> interfaces = interfaces();
            try {
                Ran first = user.kubelab(COLD, "up");
                assertThat(first.succeeds().out() + first.err())
                        .contains("kubelab ssh kube-master");
                Ran nodes =
                        user.kubelab(
                                Duration.ofMinutes(1),
                                "ssh kube-master -- kubectl get nodes --no-headers");
                assertThat(nodes.succeeds().out()).containsPattern("kube-node-1 +Ready ");
                Ran second = user.kubelab(Duration.ofMinutes(2), "up");
                assertThat(second.succeeds().out() + second.err()).doesNotContainPattern(CHANGED);
            } finally {
                user.kubelab(Duration.ofMinutes(5), "down").succeeds();
            }
            assertThat(interfaces()).isEqualTo(interfaces);
            assertThat(user.trappedCalls()).isEmpty();
        }
    }

    /** Without those to virthosts of other tests, which come and go meanwhile. */
    private static List<String> interfaces() {
        return Ran.run(Duration.ofSeconds(5), "ip", "-br", "link")
                .succeeds()
                .out()
                .lines()
                .filter(link -> !link.matches("kl\\d+@.*"))
                .toList();
    }
}
