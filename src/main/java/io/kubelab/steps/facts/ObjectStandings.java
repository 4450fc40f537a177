package io.kubelab.steps.facts;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.ClusterClient.Standing;
import io.kubelab.cluster.Manifest;
import io.kubelab.step.Fact;
import java.util.List;
import java.util.Optional;

/** How objects of the cluster stand to their manifests, in their order. */
public record ObjectStandings(List<Manifest> manifests) implements Fact.OfCluster<List<Standing>> {
    @Override
    public List<Standing> read(Optional<ClusterClient> cluster) {
        return cluster.map(c -> c.compare(manifests))
                .orElseGet(() ->
                        manifests.stream()
                                .<Standing>map(
                                        _ -> new Standing.NotServed("there is no cluster yet"))
                                .toList());
    }
}
