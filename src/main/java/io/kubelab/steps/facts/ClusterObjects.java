package io.kubelab.steps.facts;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.document.Node;
import io.kubelab.step.Fact;
import java.util.List;
import java.util.Optional;

/**
 * All objects of a kind; none without a cluster.
 *
 * @param namespace empty: in all namespaces
 */
public record ClusterObjects(String apiVersion, String kind, String namespace)
        implements Fact.OfCluster<List<Node>> {
    @Override
    public List<Node> read(Optional<ClusterClient> cluster) {
        return cluster.map(c -> c.list(apiVersion, kind, namespace)).orElseGet(List::of);
    }
}
