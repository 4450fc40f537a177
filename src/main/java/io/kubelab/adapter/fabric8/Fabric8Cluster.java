package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
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
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.failure.LabException;
import io.kubelab.failure.TimedOut;
import io.kubelab.failure.Unreachable;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An API server through fabric8: generic objects only, no informers, nothing asked in advance. */
final class Fabric8Cluster implements ClusterClient {
    private static final String FIELD_MANAGER = "kubelab";
    private static final Duration DELETION = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final Map<Kind, ResourceDefinitionContext> served = new ConcurrentHashMap<>();
    private final Map<Scope, String> seen = new ConcurrentHashMap<>();

    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch open = new CountDownLatch(1);

    private record Kind(String apiVersion, String kind) {}

    private record Scope(Kind kind, String namespace) {}

    Fabric8Cluster(Config config) {
        client =
                new KubernetesClientBuilder()
                        .withConfig(config)
                        .withKubernetesSerialization(Serialization.READY)
                        .withHttpClientFactory(new ClosingHttpClients())
                        .build();
    }

    /** Reads and writes objects; made by whoever comes first. */
    private static final class Serialization {
        static final KubernetesSerialization READY = new KubernetesSerialization();

        private Serialization() {}
    }

    /** The first object and the first hello take longer than all others together. */
    static void rehearse() {
        var _ =
                Serialization.READY.unmarshal(
                        "{\"apiVersion\": \"v1\", \"kind\": \"Node\"}",
                        GenericKubernetesResource.class);
        ClosingHttpClients.rehearse();
    }

    /** The first request is the slow one: it connects and loads what all need. */
    void approach() {
        var _ = served(new Kind("v1", "Node"));
    }

    @Override
    public Optional<Node> read(ObjectRef ref) {
        return served(new Kind(ref.apiVersion(), ref.kind()))
                .flatMap(context -> Optional.ofNullable(get(context, ref)))
                .map(object -> Nodes.of(tree(object), ref.toString()));
    }

    @Override
    public List<Node> list(String apiVersion, String kind, String namespace) {
        var scope = new Scope(new Kind(apiVersion, kind), namespace);
        Optional<ResourceDefinitionContext> context = served(scope.kind());
        if (context.isEmpty()) {
            return List.of();
        }
        GenericKubernetesResourceList found =
                asked(kind, () -> objects(context.get(), namespace).list());
        seen.put(scope, found.getMetadata().getResourceVersion());
        return found.getItems().stream()
                .map(o -> Nodes.of(tree(o), kind + " " + o.getMetadata().getName()))
                .toList();
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
        Optional<ResourceDefinitionContext> context =
                served(new Kind(ref.apiVersion(), ref.kind()));
        if (context.isEmpty()) {
            return new Standing.NotServed(
                    "the cluster does not serve %s %s".formatted(ref.apiVersion(), ref.kind()));
        }
        GenericKubernetesResource live = get(context.get(), ref);
        if (live == null) {
            return new Standing.Absent();
        }
        PatchContext dryRun = serverSideApply();
        dryRun.setDryRun(List.of("All"));
        GenericKubernetesResource wanted =
                asked(ref.toString(), () -> patch(context.get(), manifest, dryRun));
        List<String> differences = Comparison.differences(tree(live), tree(wanted));
        return differences.isEmpty() ? new Standing.Same() : new Standing.Differs(differences);
    }

    @Override
    public void apply(Manifest manifest) {
        ObjectRef ref = manifest.ref();
        var kind = new Kind(ref.apiVersion(), ref.kind());
        ResourceDefinitionContext context =
                served(kind).orElseThrow(() -> notServed(ref.toString(), kind));
        asked(ref.toString(), () -> patch(context, manifest, serverSideApply()));
    }

    @Override
    public void delete(ObjectRef ref) {
        served(new Kind(ref.apiVersion(), ref.kind()))
                .ifPresent(context ->
                        asked(
                                ref.toString(),
                                () ->
                                        object(context, ref)
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
        ResourceDefinitionContext context =
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
                        () -> objects(context, namespace).watch(options, countingDown(changed)))) {
            boolean _ = changed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        client.close();
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

    private static PatchContext serverSideApply() {
        PatchContext context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
        context.setFieldManager(FIELD_MANAGER);
        context.setForce(true);
        context.setFieldValidation("Strict");
        return context;
    }

    private static ClusterFailed notServed(String what, Kind kind) {
        return new ClusterFailed(
                what,
                "the cluster does not serve %s %s".formatted(kind.apiVersion(), kind.kind()),
                "Look at 'kubectl api-resources' for what it serves.");
    }

    /** Where the server keeps a kind; empty as long as it doesn't know it. */
    private Optional<ResourceDefinitionContext> served(Kind kind) {
        ResourceDefinitionContext known = served.get(kind);
        if (known != null) {
            return Optional.of(known);
        }
        @Nullable APIResourceList list =
                asked(kind.apiVersion(), () -> client.getApiResources(kind.apiVersion()));
        if (list == null) {
            return Optional.empty();
        }
        for (APIResource resource : list.getResources()) {
            if (!resource.getName().contains("/")) {
                served.put(
                        new Kind(kind.apiVersion(), resource.getKind()),
                        ResourceDefinitionContext.fromApiResource(kind.apiVersion(), resource));
            }
        }
        return Optional.ofNullable(served.get(kind));
    }

    private @Nullable GenericKubernetesResource get(
            ResourceDefinitionContext context, ObjectRef ref) {
        return asked(ref.toString(), () -> object(context, ref).get());
    }

    private GenericKubernetesResource patch(
            ResourceDefinitionContext context, Manifest manifest, PatchContext how) {
        GenericKubernetesResource item =
                client.getKubernetesSerialization()
                        .unmarshal(manifest.yaml(), GenericKubernetesResource.class);
        return object(context, manifest.ref()).patch(how, item);
    }

    private Resource<GenericKubernetesResource> object(
            ResourceDefinitionContext context, ObjectRef ref) {
        var all = client.genericKubernetesResources(context);
        return context.isNamespaceScoped()
                ? all.inNamespace(ref.namespace()).withName(ref.name())
                : all.withName(ref.name());
    }

    private AnyNamespaceOperation<
                    GenericKubernetesResource,
                    GenericKubernetesResourceList,
                    Resource<GenericKubernetesResource>>
            objects(ResourceDefinitionContext context, String namespace) {
        var all = client.genericKubernetesResources(context);
        if (!context.isNamespaceScoped()) {
            return all;
        }
        return namespace.isEmpty() ? all.inAnyNamespace() : all.inNamespace(namespace);
    }

    private JsonNode tree(GenericKubernetesResource object) {
        return client.getKubernetesSerialization().convertValue(object, JsonNode.class);
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
            return inTurn(question);
        } catch (KubernetesClientException e) {
            if (noAnswer(e).isPresent()) {
                throw new Unreachable(
                        "API server " + client.getMasterUrl(),
                        noAnswer(e).get(),
                        "Is the control plane up? Look at 'crictl ps' there, then run the same command again.",
                        e);
            }
            String said =
                    e.getStatus() == null
                            ? Objects.requireNonNullElse(e.getMessage(), e.toString())
                            : e.getStatus().getMessage();
            throw new ClusterFailed(
                    what, said, "Mend the object and run the same command again.", e);
        }
    }

    /** What went wrong on the way to the server, in the words of the JDK. */
    private static Optional<String> noAnswer(KubernetesClientException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException) {
                return Optional.of(
                        Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
            }
        }
        return Optional.empty();
    }

    private static RuntimeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Unreachable(
                "API server", "interrupted", "Run the same command again to go on.", e);
    }
}
