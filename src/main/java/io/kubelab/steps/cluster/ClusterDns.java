package io.kubelab.steps.cluster;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObject;
import java.time.Duration;

/**
 * The cluster's DNS answers, asked from the node through the service's address, as pods do.
 *
 * <pre>{@code
 * - cluster_dns
 * }</pre>
 */
public record ClusterDns() implements ClusterStep {
    /** kubeadm gives the service this place in the service network. */
    private static final int PLACE = 10;

    private static final ObjectRef COREDNS =
            new ObjectRef("apps/v1", "Deployment", "kube-system", "coredns");

    /** The addresses that a server has for the API server's service; empty if it is silent. */
    record ApiServerAddress(String server) implements Fact.OfHost<String> {
        @Override
        public Command command() {
            return Command.of(
                    "dig",
                    "+short",
                    "+time=1",
                    "+tries=1",
                    "@" + server,
                    "kubernetes.default.svc.cluster.local");
        }

        @Override
        public String parse(CommandResult result) {
            return result.ok() ? result.out().strip() : "";
        }
    }

    @Override
    public String title() {
        return "cluster DNS answers";
    }

    @Override
    public Diff diff(Target target) {
        boolean available =
                target.ask(new ClusterObject(COREDNS))
                        .flatMap(d -> d.text("status", "readyReplicas"))
                        .filter(count -> !"0".equals(count))
                        .isPresent();
        if (!available) {
            return new Diff.Pending(
                    "CoreDNS to be ready",
                    Kubeadm.PATIENCE,
                    new Wake.ClusterEvent("apps/v1", "Deployment", "kube-system"),
                    "Run 'kubectl -n kube-system describe pod -l k8s-app=kube-dns'; its events say why.");
        }
        String server = target.settings().kubernetes().serviceNetworkCidr().address(PLACE).text();
        String address = target.ask(new ApiServerAddress(server));
        return address.isEmpty()
                ? new Diff.Pending(
                        "an answer from " + server,
                        Kubeadm.PATIENCE,
                        new Wake.Every(Duration.ofMillis(300)),
                        "Look at kube-proxy's log: kubectl -n kube-system logs -l k8s-app=kube-proxy.")
                : Diff.inOrder("%s says that the API server is at %s".formatted(server, address));
    }
}
