package io.kubelab.adapter.release;

import io.kubelab.document.JsonReader;
import io.kubelab.document.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests that follow redirections and, where a registry wants one, get a token that everybody
 * gets (<a href="https://distribution.github.io/distribution/spec/auth/token/">Token
 * Authentication</a>).
 */
final class Http {
    private static final Duration CONNECTING = Duration.ofSeconds(20);

    /** Between two pieces of an answer. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    private static final int MOST_REDIRECTIONS = 10;
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final int LARGEST_TOKEN = 1 << 20;

    private final JsonReader json;
    private final Proxies proxies;

    /** By the authority that wanted one, and what it was wanted for. */
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    Http(JsonReader json, Proxies proxies) {
        this.json = json;
        this.proxies = proxies;
    }

    /**
     * The answer of whoever has it; its status is not a redirection.
     *
     * @param purpose what a token for it can be kept under: the same repository, the same token
     */
    HttpURLConnection get(URI uri, Map<String, String> headers, String purpose) throws IOException {
        String key = uri.getAuthority() + " " + purpose;
        Optional<String> token = Optional.ofNullable(tokens.get(key));
        HttpURLConnection answer = followed(uri, headers, token);
        String challenge = answer.getHeaderField("WWW-Authenticate");
        if (answer.getResponseCode() != HttpURLConnection.HTTP_UNAUTHORIZED
                || challenge == null
                || !challenge.startsWith("Bearer ")) {
            return answer;
        }
        answer.disconnect();
        String fresh = token(challenge);
        tokens.put(key, fresh);
        return followed(uri, headers, Optional.of(fresh));
    }

    /** A token is for who asked for it, not for whom it points to. */
    private HttpURLConnection followed(
            URI first, Map<String, String> headers, Optional<String> token) throws IOException {
        URI uri = first;
        for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
            var all = new LinkedHashMap<>(headers);
            if (first.getAuthority().equals(uri.getAuthority())) {
                token.ifPresent(t -> all.put("Authorization", "Bearer " + t));
            }
            HttpURLConnection answer = answer(uri, all);
            String elsewhere = answer.getHeaderField("Location");
            if (!REDIRECTIONS.contains(answer.getResponseCode()) || elsewhere == null) {
                return answer;
            }
            answer.disconnect();
            URI next = resolved(uri, elsewhere);
            if (!"https".equals(next.getScheme())
                    && !("http".equals(next.getScheme()) && "http".equals(uri.getScheme()))) {
                throw new IOException("it points to %s, which is not HTTPS".formatted(next));
            }
            uri = next;
        }
        throw new IOException(
                "it points elsewhere more than %d times".formatted(MOST_REDIRECTIONS));
    }

    private static URI resolved(URI uri, String elsewhere) throws IOException {
        try {
            return uri.resolve(elsewhere);
        } catch (IllegalArgumentException e) {
            throw new IOException("it points to '%s', which is no URL".formatted(elsewhere), e);
        }
    }

    private HttpURLConnection answer(URI uri, Map<String, String> headers) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection(proxies.of(uri));
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout((int) CONNECTING.toMillis());
        connection.setReadTimeout((int) SILENCE.toMillis());
        headers.forEach(connection::setRequestProperty);
        connection.getResponseCode();
        return connection;
    }

    private String token(String challenge) throws IOException {
        var said = new LinkedHashMap<String, String>();
        Matcher matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            said.put(matcher.group(1), matcher.group(2));
        }
        String realm = said.remove("realm");
        if (realm == null) {
            throw new IOException("it wants a token and doesn't say from where");
        }
        var question = new StringBuilder(realm);
        said.forEach((name, value) -> {
            if (name.equals("service") || name.equals("scope")) {
                question.append(question.indexOf("?") < 0 ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
        });
        HttpURLConnection answer =
                followed(URI.create(question.toString()), Map.of(), Optional.empty());
        if (answer.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(
                    "%s gives no token (HTTP status %d)"
                            .formatted(realm, answer.getResponseCode()));
        }
        try (InputStream body = answer.getInputStream()) {
            Optional<Node> document = json.read(realm, body.readNBytes(LARGEST_TOKEN));
            return document.flatMap(d -> d.text("token").or(() -> d.text("access_token")))
                    .orElseThrow(() -> new IOException(realm + " gives no token"));
        }
    }
}
