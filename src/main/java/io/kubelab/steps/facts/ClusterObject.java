package io.kubelab.steps.facts;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.step.Fact;
import java.util.Optional;

/** An object as the API server has it; empty without object or cluster. */
public record ClusterObject(ObjectRef ref) implements Fact.OfCluster<Optional<Node>> {
    @Override
    public Optional<Node> read(Optional<ClusterClient> cluster) {
        return cluster.flatMap(c -> c.read(ref));
    }
}
