package io.kubelab.cluster;

import io.kubelab.document.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The API server, as cluster administrator. Objects are applied server-side with the field manager
 * {@code kubelab}, which is our mark of ownership. Every method throws {@link
 * io.kubelab.failure.ClusterFailed} when a request is refused and {@link
 * io.kubelab.failure.NotServing} when there is no answer, or one of a server that has just started
 * (of one that isn't trusted: {@link io.kubelab.failure.Unreachable}).
 */
public interface ClusterClient extends AutoCloseable {
    /** The object as the server has it. */
    Optional<Node> read(ObjectRef ref);

    /** All objects of a kind; {@code namespace} empty: in all namespaces. */
    List<Node> list(String apiVersion, String kind, String namespace);

    /** What applying each manifest would do, found by server-side dry runs, in their order. */
    List<Standing> compare(List<Manifest> manifests);

    void apply(Manifest manifest);

    /** Deletes and waits until it is gone; in order if there is none. */
    void delete(ObjectRef ref);

    /** Returns when an object of this kind changed, at the latest after {@code atMost}. */
    void awaitChange(String apiVersion, String kind, String namespace, Duration atMost);

    @Override
    void close();

    /** What {@link #compare} answers: how the server's object stands to the manifest. */
    sealed interface Standing {
        record Same() implements Standing {}

        record Absent() implements Standing {}

        /**
         * @param fields paths of the fields that would change, such as {@code spec.template}
         */
        record Differs(List<String> fields) implements Standing {}

        /** The server does not serve this kind (yet), or the namespace is not there (yet). */
        record NotServed(String why) implements Standing {}
    }
}
