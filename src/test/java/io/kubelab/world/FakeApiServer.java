package io.kubelab.world;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * An API server: server-side apply, kinds that custom resource definitions bring, and controllers
 * that act when somebody waits.
 */
public final class FakeApiServer implements ClusterClient {
    private static final Set<String> BUILT_IN =
            Set.of(
                    "v1",
                    "apps/v1",
                    "rbac.authorization.k8s.io/v1",
                    "apiextensions.k8s.io/v1",
                    "admissionregistration.k8s.io/v1",
                    "discovery.k8s.io/v1",
                    "policy/v1");

    private final Map<String, Mapping> objects = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();
    private final Consumer<FakeApiServer> controllers;

    /**
     * @param controllers what else in a cluster acts, a step at a time
     */
    FakeApiServer(Consumer<FakeApiServer> controllers) {
        this.controllers = controllers;
    }

    private static String key(ObjectRef ref) {
        return ref.apiVersion() + " " + ref;
    }

    @Override
    public synchronized Optional<Node> read(ObjectRef ref) {
        return Optional.ofNullable(objects.get(key(ref)));
    }

    @Override
    public synchronized List<Node> list(String apiVersion, String kind, String namespace) {
        return objects.values().stream()
                .filter(o ->
                        o.text("apiVersion").orElse("").equals(apiVersion)
                                && o.text("kind").orElse("").equals(kind)
                                && (namespace.isEmpty()
                                        || o.text("metadata", "namespace")
                                                .orElse("")
                                                .equals(namespace)))
                .map(Node.class::cast)
                .toList();
    }

    @Override
    public synchronized List<Standing> compare(List<Manifest> manifests) {
        return manifests.stream().map(this::compare).toList();
    }

    private Standing compare(Manifest manifest) {
        Mapping wanted = parse(manifest);
        Optional<String> unknown = notServed(manifest.ref());
        if (unknown.isPresent()) {
            return new Standing.NotServed(unknown.get());
        }
        Mapping found = objects.get(key(manifest.ref()));
        if (found == null) {
            return new Standing.Absent();
        }
        List<String> differing = differing(wanted, found, "");
        return differing.isEmpty() ? new Standing.Same() : new Standing.Differs(differing);
    }

    private Optional<String> notServed(ObjectRef ref) {
        if (!ref.namespace().isEmpty()
                && !Set.of("default", "kube-system", "kube-public", "kube-node-lease")
                        .contains(ref.namespace())
                && !objects.containsKey("v1 Namespace " + ref.namespace())) {
            return Optional.of("there is no namespace '" + ref.namespace() + "'");
        }
        String group = ref.apiVersion().replaceFirst("/.*", "");
        boolean served =
                BUILT_IN.contains(ref.apiVersion())
                        || list("apiextensions.k8s.io/v1", "CustomResourceDefinition", "").stream()
                                .anyMatch(crd ->
                                        crd.text("spec", "group").orElse("").equals(group)
                                                && crd.text("spec", "names", "kind")
                                                        .orElse("")
                                                        .equals(ref.kind())
                                                && crd.at("status").isPresent());
        return served ? Optional.empty() : Optional.of("no kind " + ref.kind() + " in " + group);
    }

    @Override
    public synchronized void apply(Manifest manifest) {
        notServed(manifest.ref())
                .ifPresent(why -> {
                    throw new io.kubelab.failure.ClusterFailed(
                            manifest.ref().toString(), why, "Apply its definition first.");
                });
        changes.add("apply " + manifest.ref());
        objects.merge(key(manifest.ref()), parse(manifest), FakeApiServer::merge);
    }

    @Override
    public synchronized void delete(ObjectRef ref) {
        changes.add("delete " + ref);
        objects.remove(key(ref));
    }

    /** What a controller or a node writes. */
    public synchronized void store(String yaml) {
        Mapping object = parse(yaml);
        ObjectRef ref =
                new ObjectRef(
                        object.text("apiVersion").orElseThrow(),
                        object.text("kind").orElseThrow(),
                        object.text("metadata", "namespace").orElse(""),
                        object.text("metadata", "name").orElseThrow());
        objects.merge(key(ref), object, FakeApiServer::merge);
    }

    /** Gives an object a part that the server or a controller decides. */
    public synchronized void status(Node object, String json) {
        Mapping merged = merge((Mapping) object, parse("{status: %s}".formatted(json)));
        objects.replaceAll((_, o) -> o.equals(object) ? merged : o);
    }

    @Override
    public synchronized void awaitChange(
            String apiVersion, String kind, String namespace, Duration atMost) {
        controllers.accept(this);
    }

    @Override
    public void close() {}

    synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    private static Mapping parse(Manifest manifest) {
        return parse(manifest.json());
    }

    private static Mapping parse(String yaml) {
        return (Mapping) new SnakeDocuments().parse("manifest", yaml).getFirst();
    }

    /** Paths at which the server's object has not what is wanted. */
    private static List<String> differing(Node wanted, Node found, String path) {
        return switch (wanted) {
            case Mapping w when found instanceof Mapping f ->
                    w.entries().stream()
                            .flatMap(e -> {
                                String below = path + "." + e.key().text();
                                return f
                                        .get(e.key().text())
                                        .map(v -> differing(e.value(), v, below))
                                        .orElse(List.of(below))
                                        .stream();
                            })
                            .toList();
            case Sequence w
                    when found instanceof Sequence f && f.items().size() == w.items().size() -> {
                var all = new ArrayList<String>();
                for (int i = 0; i < w.items().size(); i++) {
                    all.addAll(differing(w.items().get(i), f.items().get(i), path + "[" + i + "]"));
                }
                yield all;
            }
            case Scalar w when found instanceof Scalar f && w.text().equals(f.text()) -> List.of();
            default -> List.of(path);
        };
    }

    private static Mapping merge(Mapping base, Mapping top) {
        var keys = new LinkedHashSet<String>();
        base.entries().forEach(e -> keys.add(e.key().text()));
        top.entries().forEach(e -> keys.add(e.key().text()));
        var entries = new ArrayList<Entry>();
        for (String key : keys) {
            Optional<Node> old = base.get(key);
            Optional<Node> now = top.get(key);
            Node value =
                    now.isPresent()
                                    && now.get() instanceof Mapping n
                                    && old.orElse(null) instanceof Mapping o
                            ? merge(o, n)
                            : now.or(() -> old).orElseThrow();
            entries.add(new Entry(new Scalar(key, false, base.mark()), value));
        }
        return new Mapping(List.copyOf(entries), base.mark());
    }
}
