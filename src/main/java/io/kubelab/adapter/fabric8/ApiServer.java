package io.kubelab.adapter.fabric8;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.JsonReader;
import io.kubelab.document.Node;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An API server's resources as {@link Node}s (Kubernetes API concepts, "Resource URIs"). fabric8's
 * operations and objects would say the same, but loading them takes a fifth of a short run. Every
 * method throws {@link KubernetesClientException}.
 */
final class ApiServer implements AutoCloseable {
    private static final int NOT_FOUND = 404;

    private static final String ANSWER = "the API server's answer";

    private final HttpClient http;
    private final JsonReader json;
    private final String url;
    private final int requestTimeoutMillis;
    private final Map<Kind, Resource> served = new ConcurrentHashMap<>();

    record Kind(String apiVersion, String kind) {
        static Kind of(ObjectRef ref) {
            return new Kind(ref.apiVersion(), ref.kind());
        }

        private String path() {
            return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
        }
    }

    /**
     * Where the server keeps the objects of a kind.
     *
     * @param plural the resource's name in paths
     */
    record Resource(Kind kind, String plural, boolean namespaced) {
        /**
         * @param namespace empty: all of them, or none
         */
        private String path(String namespace) {
            return kind.path()
                    + (namespaced && !namespace.isEmpty()
                            ? "/namespaces/" + encoded(namespace)
                            : "")
                    + "/"
                    + plural;
        }

        private String path(ObjectRef ref) {
            return path(ref.namespace()) + "/" + encoded(ref.name());
        }
    }

    ApiServer(Config config, HttpClient.Factory factory, JsonReader json) {
        this.json = json;
        http = factory.newBuilder(config).build();
        url = config.getMasterUrl().replaceFirst("/+$", "");
        requestTimeoutMillis = config.getRequestTimeout();
    }

    /** Whether it says so; it refuses even this question as long as it has not read who may ask. */
    boolean ready() {
        return await(http.sendAsync(get("/readyz"), byte[].class)).isSuccessful();
    }

    /** Empty as long as the server doesn't know the kind. */
    Optional<Resource> served(Kind kind) {
        if (!served.containsKey(kind)) {
            for (Node found :
                    answer(get(kind.path()))
                            .map(list -> list.list("resources"))
                            .orElse(List.of())) {
                String plural = found.text("name").orElse("");
                var other = new Kind(kind.apiVersion(), found.text("kind").orElse(""));
                if (!plural.contains("/")) {
                    boolean namespaced = found.text("namespaced").equals(Optional.of("true"));
                    served.put(other, new Resource(other, plural, namespaced));
                }
            }
        }
        return Optional.ofNullable(served.get(kind));
    }

    Optional<Node> read(Resource resource, ObjectRef ref) {
        return answer(get(resource.path(ref)));
    }

    /** The list object; {@code namespace} empty: of all namespaces. */
    Node list(Resource resource, String namespace) {
        return there(get(resource.path(namespace)));
    }

    /**
     * Server-side apply, forced; unknown fields are refused.
     *
     * @param dryRun {@code All}, or empty: it is stored
     * @return the object as the server has it then
     */
    Node apply(Resource resource, ObjectRef ref, String yaml, String fieldManager, String dryRun) {
        return there(
                http.newHttpRequestBuilder()
                        .uri(
                                "%s%s?fieldManager=%s&force=true&fieldValidation=Strict%s"
                                        .formatted(
                                                url,
                                                resource.path(ref),
                                                fieldManager,
                                                dryRun.isEmpty() ? "" : "&dryRun=" + dryRun))
                        .method("PATCH", "application/apply-patch+yaml", yaml)
                        .build());
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest get(String path) {
        return http.newHttpRequestBuilder().uri(url + path).build();
    }

    private Node there(HttpRequest request) {
        return answer(request)
                .orElseThrow(() ->
                        new KubernetesClientException(
                                "the server has nothing at " + request.uri().getPath()));
    }

    private Optional<Node> answer(HttpRequest request) {
        HttpResponse<byte[]> response = await(http.sendAsync(request, byte[].class));
        if (response.code() == NOT_FOUND && "GET".equals(request.method())) {
            return Optional.empty();
        }
        if (!response.isSuccessful()) {
            throw new KubernetesClientException(said(response), response.code(), null);
        }
        return Optional.of(
                json.read(ANSWER, response.body())
                        .orElseThrow(() -> new KubernetesClientException("its answer is no JSON")));
    }

    /** A refusal is a {@code Status} object, but where a proxy or a starting server answers. */
    private String said(HttpResponse<byte[]> response) {
        return json.read(ANSWER, response.body())
                .flatMap(status -> status.text("message"))
                .or(() -> Optional.of(new String(response.body(), StandardCharsets.UTF_8).strip()))
                .filter(message -> !message.isEmpty())
                .orElse("HTTP status " + response.code());
    }

    private HttpResponse<byte[]> await(Future<HttpResponse<byte[]>> response) {
        try {
            return response.get(requestTimeoutMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new KubernetesClientException("there is no answer", e.getCause());
        } catch (TimeoutException e) {
            response.cancel(true);
            throw noAnswer("no answer in %d s".formatted(requestTimeoutMillis / 1000), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noAnswer("interrupted", e);
        }
    }

    private static KubernetesClientException noAnswer(String why, Exception cause) {
        return new KubernetesClientException(why, new IOException(why, cause));
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
