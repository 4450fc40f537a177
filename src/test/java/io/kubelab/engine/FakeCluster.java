package io.kubelab.engine;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Clusters;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.failure.NotServing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An API server that knows what was applied; events come when a test says so. */
final class FakeCluster implements ClusterClient, Clusters {
    private final FakeClock clock;
    private final Set<ObjectRef> objects = new HashSet<>();
    private Runnable onAwait = () -> {};
    boolean there = true;

    /** How many of the next requests find a server that has just started. */
    int starting;

    private String restartsBefore = "";
    private int restart;

    int lookedFor;
    int awaited;
    int forgotten;
    final List<Duration> patience = new ArrayList<>();

    FakeCluster(FakeClock clock) {
        this.clock = clock;
    }

    /** What happens when somebody waits. */
    void whenAwaited(Runnable event) {
        onAwait = event;
    }

    @Override
    public synchronized Optional<ClusterClient> cluster() {
        lookedFor++;
        return there ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void forget() {
        forgotten++;
    }

    @Override
    public Optional<Node> read(ObjectRef ref) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Node> list(String apiVersion, String kind, String namespace) {
        throw new UnsupportedOperationException();
    }

    /** The next time that it is given this object, it starts anew first. */
    void startsAnewBeforeIt(String name, int requests) {
        restartsBefore = name;
        restart = requests;
    }

    private void serve() {
        if (starting > 0) {
            starting--;
            throw new NotServing("https://fake", "forbidden", new IllegalStateException());
        }
    }

    @Override
    public synchronized List<Standing> compare(List<Manifest> manifests) {
        serve();
        return manifests.stream()
                .<Standing>map(m ->
                        objects.contains(m.ref()) ? new Standing.Same() : new Standing.Absent())
                .toList();
    }

    @Override
    public synchronized void apply(Manifest manifest) {
        if (manifest.ref().name().equals(restartsBefore)) {
            restartsBefore = "";
            starting = restart;
        }
        serve();
        objects.add(manifest.ref());
    }

    @Override
    public synchronized void delete(ObjectRef ref) {
        objects.remove(ref);
    }

    @Override
    public void awaitChange(String apiVersion, String kind, String namespace, Duration atMost) {
        awaited++;
        patience.add(atMost);
        clock.sleep(Duration.ofMillis(10));
        onAwait.run();
    }

    @Override
    public void close() {}
}
