package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.kubelab.adapter.fabric8.ApiServer.Kind;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.JsonReader;
import io.kubelab.document.Node;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.failure.LabException;
import io.kubelab.failure.NotServing;
import io.kubelab.failure.TimedOut;
import io.kubelab.failure.Unreachable;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An API server through fabric8: generic objects only, no informers, nothing asked in advance. What
 * every run asks goes as JSON ({@link ApiServer}); fabric8's operations, which take longer to load
 * than to work, wait and delete.
 */
final class Fabric8Cluster implements ClusterClient {
    private static final String FIELD_MANAGER = "kubelab";
    private static final Duration DELETION = Duration.ofMinutes(2);

    private final Config config;
    private final JsonReader json;
    private final HttpClient.Factory factory = new ClosingHttpClients();
    private final ApiServer server;
    private final Map<Scope, String> seen = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private @Nullable KubernetesClient client;

    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch open = new CountDownLatch(1);

    private record Scope(Kind kind, String namespace) {}

    Fabric8Cluster(Config config, JsonReader json) {
        this.config = config;
        this.json = json;
        server = new ApiServer(config, factory, json);
    }

    /** The first request is the slow one: it connects and loads what all need. */
    void approach() {
        var _ = served(new Kind("v1", "Node"));
    }

    @Override
    public Optional<Node> read(ObjectRef ref) {
        return served(Kind.of(ref))
                .flatMap(resource -> asked(ref.toString(), () -> server.read(resource, ref)));
    }

    @Override
    public List<Node> list(String apiVersion, String kind, String namespace) {
        var scope = new Scope(new Kind(apiVersion, kind), namespace);
        Optional<ApiServer.Resource> resource = served(scope.kind());
        if (resource.isEmpty()) {
            return List.of();
        }
        Node found = asked(kind, () -> server.list(resource.get(), namespace));
        seen.put(scope, found.text("metadata", "resourceVersion").orElse(""));
        return found.list("items");
    }

    @Override
    public List<Standing> compare(List<Manifest> manifests) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var questions = new ArrayList<Callable<Standing>>();
            manifests.forEach(m -> questions.add(() -> compare(m)));
            var standings = new ArrayList<Standing>();
            for (Future<Standing> answer : threads.invokeAll(questions)) {
                standings.add(answer.get());
            }
            return standings;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LabException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Standing compare(Manifest manifest) {
        ObjectRef ref = manifest.ref();
        Optional<ApiServer.Resource> resource = served(Kind.of(ref));
        if (resource.isEmpty()) {
            return new Standing.NotServed(
                    "the cluster does not serve %s %s".formatted(ref.apiVersion(), ref.kind()));
        }
        Optional<Node> live = asked(ref.toString(), () -> server.read(resource.get(), ref));
        if (live.isEmpty()) {
            return new Standing.Absent();
        }
        if (new Applied(FIELD_MANAGER, json).plainly(manifest, live.get())) {
            return new Standing.Same();
        }
        Node wanted = apply(resource.get(), manifest, "All");
        List<String> differences = Comparison.differences(live.get(), wanted);
        return differences.isEmpty() ? new Standing.Same() : new Standing.Differs(differences);
    }

    @Override
    public void apply(Manifest manifest) {
        ObjectRef ref = manifest.ref();
        Kind kind = Kind.of(ref);
        ApiServer.Resource resource =
                served(kind).orElseThrow(() -> notServed(ref.toString(), kind));
        var _ = apply(resource, manifest, "");
    }

    private Node apply(ApiServer.Resource resource, Manifest manifest, String dryRun) {
        return asked(
                manifest.ref().toString(),
                () ->
                        server.apply(
                                resource, manifest.ref(), manifest.json(), FIELD_MANAGER, dryRun));
    }

    @Override
    public void delete(ObjectRef ref) {
        served(Kind.of(ref))
                .ifPresent(resource ->
                        asked(
                                ref.toString(),
                                () ->
                                        object(resource, ref)
                                                .withTimeout(DELETION.toSeconds(), TimeUnit.SECONDS)
                                                .delete()));
        if (read(ref).isPresent()) {
            throw new TimedOut(
                    "cluster",
                    "the deletion of " + ref,
                    DELETION,
                    "",
                    "Look at its finalizers: kubectl get -o yaml.");
        }
    }

    /**
     * Watches from where the last {@link #list} of this scope ended, so that what happened since
     * then counts.
     */
    @Override
    public void awaitChange(String apiVersion, String kind, String namespace, Duration atMost) {
        var scope = new Scope(new Kind(apiVersion, kind), namespace);
        if (!seen.containsKey(scope)) {
            list(apiVersion, kind, namespace);
        }
        ApiServer.Resource resource =
                served(scope.kind()).orElseThrow(() -> notServed(kind, scope.kind()));
        ListOptions options =
                new ListOptionsBuilder()
                        .withResourceVersion(seen.remove(scope))
                        .withTimeoutSeconds(atMost.toSeconds() + 1)
                        .build();
        var changed = new CountDownLatch(1);
        try (Watch _ =
                asked(
                        kind,
                        () -> objects(resource, namespace).watch(options, countingDown(changed)))) {
            boolean _ = changed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (client != null) {
                client.close();
            }
            server.close();
        }
    }

    private KubernetesClient client() {
        synchronized (lock) {
            if (client == null) {
                client =
                        new KubernetesClientBuilder()
                                .withConfig(config)
                                .withHttpClientFactory(factory)
                                .build();
            }
            return client;
        }
    }

    private static Watcher<GenericKubernetesResource> countingDown(CountDownLatch changed) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, GenericKubernetesResource object) {
                changed.countDown();
            }

            @Override
            public void onClose(WatcherException why) {
                changed.countDown();
            }
        };
    }

    private static ClusterFailed notServed(String what, Kind kind) {
        return new ClusterFailed(
                what,
                "the cluster does not serve %s %s".formatted(kind.apiVersion(), kind.kind()),
                "Look at 'kubectl api-resources' for what it serves.");
    }

    private Optional<ApiServer.Resource> served(Kind kind) {
        return asked(kind.apiVersion(), () -> server.served(kind));
    }

    private Resource<GenericKubernetesResource> object(ApiServer.Resource resource, ObjectRef ref) {
        var all = client().genericKubernetesResources(context(resource));
        return resource.namespaced()
                ? all.inNamespace(ref.namespace()).withName(ref.name())
                : all.withName(ref.name());
    }

    private AnyNamespaceOperation<
                    GenericKubernetesResource,
                    GenericKubernetesResourceList,
                    Resource<GenericKubernetesResource>>
            objects(ApiServer.Resource resource, String namespace) {
        var all = client().genericKubernetesResources(context(resource));
        if (!resource.namespaced()) {
            return all;
        }
        return namespace.isEmpty() ? all.inAnyNamespace() : all.inNamespace(namespace);
    }

    private static ResourceDefinitionContext context(ApiServer.Resource resource) {
        String[] groupAndVersion = ("/" + resource.kind().apiVersion()).split("/", -1);
        return new ResourceDefinitionContext.Builder()
                .withGroup(groupAndVersion[groupAndVersion.length - 2])
                .withVersion(groupAndVersion[groupAndVersion.length - 1])
                .withKind(resource.kind().kind())
                .withPlural(resource.plural())
                .withNamespaced(resource.namespaced())
                .build();
    }

    /** The first goes alone: each of those that come before it has connected would connect too. */
    private <T extends @Nullable Object> T inTurn(Supplier<T> question) {
        if (begun.compareAndSet(false, true)) {
            try {
                return question.get();
            } finally {
                open.countDown();
            }
        }
        try {
            open.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return question.get();
    }

    /** Translates fabric8's exceptions. */
    private <T extends @Nullable Object> T asked(String what, Supplier<T> question) {
        try {
            return answered(question);
        } catch (KubernetesClientException e) {
            throw switch (onTheWay(e)) {
                case SSLException why ->
                        new Unreachable(
                                "API server " + config.getMasterUrl(),
                                said(why),
                                "Is this the lab's own API server? Its certificate is told by 'kubelab kubeconfig'.",
                                e);
                case IOException why -> notServing(said(why), e);
                case null ->
                        new ClusterFailed(
                                what,
                                said(e),
                                "Mend the object and run the same command again.",
                                e);
            };
        }
    }

    /**
     * A refusal counts if the server is ready: one that has just started forbids everything to
     * everybody until it has read the rules (kube-apiserver's {@code /readyz}, check {@code
     * poststarthook/rbac/bootstrap-roles}), and has errors of its own until it has found its etcd.
     */
    private <T extends @Nullable Object> T answered(Supplier<T> question) {
        try {
            return inTurn(question);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN
                    && e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR) {
                throw e;
            }
            if (!server.ready()) {
                throw notServing(said(e), e);
            }
            return question.get();
        }
    }

    private NotServing notServing(String why, KubernetesClientException cause) {
        return new NotServing(config.getMasterUrl(), why, cause);
    }

    private static String said(KubernetesClientException e) {
        return e.getStatus() == null ? said((Exception) e) : e.getStatus().getMessage();
    }

    private static String said(Exception e) {
        return Objects.requireNonNullElse(e.getMessage(), e.toString());
    }

    /** What went wrong on the way to the server. */
    private static @Nullable IOException onTheWay(KubernetesClientException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException found) {
                return found;
            }
        }
        return null;
    }

    private static RuntimeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Unreachable(
                "API server", "interrupted", "Run the same command again to go on.", e);
    }
}
