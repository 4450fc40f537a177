package io.kubelab.engine;

import io.kubelab.cluster.Clusters;
import io.kubelab.document.Documents;
import io.kubelab.image.Images;
import io.kubelab.machines.Discs;
import io.kubelab.machines.Hypervisors;
import io.kubelab.release.Releases;
import io.kubelab.release.SigningKeys;
import io.kubelab.remote.Connections;
import io.kubelab.render.Templates;

/** Everything outside that a run reaches; whoever makes them closes them. */
public record Ports(
        Connections connections,
        Hypervisors hypervisors,
        Clusters clusters,
        Images images,
        Releases releases,
        SigningKeys signingKeys,
        Discs discs,
        Templates templates,
        Documents documents) {
    /** The others with another way to clusters. */
    public Ports with(Clusters others) {
        return new Ports(
                connections,
                hypervisors,
                others,
                images,
                releases,
                signingKeys,
                discs,
                templates,
                documents);
    }
}
