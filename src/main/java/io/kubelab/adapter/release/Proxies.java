package io.kubelab.adapter.release;

import io.kubelab.failure.InvalidInput;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies that the environment names, as curl and Go read them: {@code https_proxy}, {@code
 * http_proxy}, {@code no_proxy}, or the same in upper case.
 */
final class Proxies {
    private static final int HTTP_PORT = 80;

    private final Map<String, String> environment;

    Proxies(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    Proxy of(URI target) {
        String variable = target.getScheme() + "_proxy";
        return variable(variable)
                .filter(_ -> !goesDirectly(target.getHost()))
                .map(written -> proxy(variable, written))
                .orElse(Proxy.NO_PROXY);
    }

    private static Proxy proxy(String variable, String written) {
        try {
            URI proxy = URI.create(written.contains("://") ? written : "http://" + written);
            if ("http".equals(proxy.getScheme())
                    && proxy.getHost() != null
                    && proxy.getUserInfo() == null) {
                int port = proxy.getPort() < 0 ? HTTP_PORT : proxy.getPort();
                return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port));
            }
        } catch (IllegalArgumentException e) {
            // told below, without the text: it may hold a password
        }
        throw new InvalidInput(
                variable,
                "must be http://host:port, without a password; name another in the environment, or none");
    }

    private boolean goesDirectly(String host) {
        if (List.of("localhost", "127.0.0.1", "[::1]").contains(host)) {
            return true;
        }
        for (String written : variable("no_proxy").orElse("").split("[,\\s]+", -1)) {
            String name = written.startsWith(".") ? written.substring(1) : written;
            if (name.equals("*")
                    || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
                return true;
            }
        }
        return false;
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
                .filter(value -> !value.isBlank());
    }
}
