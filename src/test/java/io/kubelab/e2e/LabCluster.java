package io.kubelab.e2e;

import java.time.Duration;
import java.util.List;

/**
 * A lab's cluster, as its user sees it by {@code kubelab kubectl}.
 *
 * @param lab the options that name it, where there are several; else empty
 * @param patience for everything that is asked of it
 */
record LabCluster(Workstation user, String lab, Duration patience) {
    /** What it prints, on success. */
    String kubectl(String arguments) {
        return user.kubelab(patience, "kubectl %s -- %s".formatted(lab, arguments))
                .succeeds()
                .out();
    }

    /**
     * Makes the article's three pods, which are ready then. One after the other: Multus gives an
     * API server 250 ms, which an emulated one does not keep to with several at once.
     */
    void makesTheArticlesPods() {
        for (String pod : List.of("flannel", "macvlan", "both")) {
            kubectl("create -f - < inventory/examples/article/%s.pod.yaml".formatted(pod));
            kubectl(
                    "wait --for=condition=Ready pod/%spod --timeout=%ds"
                            .formatted(pod, patience.toSeconds()));
        }
    }

    /** A running pod's, "eth0 10.244.1.2/24", the loopback interface left out. */
    List<String> interfaces(String pod) {
        return Interfaces.in(kubectl("exec %s -- ip a".formatted(pod)));
    }
}
