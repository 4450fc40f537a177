package io.kubelab.adapter.oci;

import static java.net.HttpURLConnection.HTTP_NOT_FOUND;
import static java.net.HttpURLConnection.HTTP_OK;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What a tag of a plain registry is, without a body, tokens or TLS (OCI Distribution Specification,
 * "Checking if content exists in the registry"). It is the one question that every run asks, for
 * each image, and ORAS would load its machinery of tokens, caches and metrics to ask it: an eighth
 * of the processor time of a run that changes nothing.
 */
record ManifestQuestion(URI manifest) {
    private static final String ACCEPTED =
            "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json,"
                    + " application/vnd.docker.distribution.manifest.v2+json,"
                    + " application/vnd.docker.distribution.manifest.list.v2+json";
    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration ANSWERING = Duration.ofSeconds(30);

    /**
     * @param registry {@code host:port}
     */
    static ManifestQuestion of(String registry, String repository, String tag) {
        return new ManifestQuestion(
                URI.create("http://%s/v2/%s/manifests/%s".formatted(registry, repository, tag)));
    }

    /** Its digest ({@code sha256:…}); empty if the registry has none. */
    Optional<String> ask() throws IOException {
        var connection = (HttpURLConnection) manifest.toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("HEAD");
        connection.setRequestProperty("Accept", ACCEPTED);
        connection.setConnectTimeout((int) CONNECTING.toMillis());
        connection.setReadTimeout((int) ANSWERING.toMillis());
        String digest = connection.getHeaderField("Docker-Content-Digest");
        int status = connection.getResponseCode();
        if (status == HTTP_NOT_FOUND) {
            return Optional.empty();
        }
        if (status != HTTP_OK || digest == null) {
            throw new IOException("HTTP status %d to HEAD %s".formatted(status, manifest));
        }
        return Optional.of(digest);
    }
}
