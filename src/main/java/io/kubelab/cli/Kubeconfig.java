package io.kubelab.cli;

import io.kubelab.cluster.AdminConf;
import io.kubelab.document.Json;
import io.kubelab.remote.Content;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A kubeconfig with one context.
 *
 * @param name of its cluster, user and context
 * @param user what the user is, as an object in JSON
 */
record Kubeconfig(String name, String server, String ca, Content.Secret user) {
    /** One whose user has the administrator's certificate and key in it. */
    static Kubeconfig ofAdmin(String name, AdminConf admin) {
        return new Kubeconfig(
                name,
                admin.server().toString(),
                admin.ca(),
                new Content.Secret(
                        "{\"client-certificate-data\":%s,\"client-key-data\":%s}"
                                .formatted(
                                        Json.string(admin.certificate()),
                                        Json.string(admin.key()))));
    }

    /**
     * One whose user asks a program for them (client.authentication.k8s.io/v1), which makes the way
     * to the server as well.
     */
    static Kubeconfig asking(String name, AdminConf admin, List<String> program) {
        return new Kubeconfig(
                name,
                admin.server().toString(),
                admin.ca(),
                new Content.Secret(
                        "{\"exec\":{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"command\":%s,\"args\":[%s],\"interactiveMode\":\"Never\"}}"
                                .formatted(
                                        Json.string(program.getFirst()),
                                        program.stream()
                                                .skip(1)
                                                .map(Json::string)
                                                .collect(Collectors.joining(",")))));
    }

    /** JSON, which is YAML. */
    Content.Secret text() {
        return new Content.Secret(
                """
                {"apiVersion":"v1","kind":"Config","current-context":%1$s,
                 "clusters":[{"name":%1$s,"cluster":{"server":%2$s,"certificate-authority-data":%3$s}}],
                 "contexts":[{"name":%1$s,"context":{"cluster":%1$s,"user":%1$s}}],
                 "users":[{"name":%1$s,"user":%4$s}]}
                """
                        .formatted(
                                Json.string(name),
                                Json.string(server),
                                Json.string(ca),
                                user.text()));
    }

    /** What the program of {@link #asking} answers; kubectl asks again after that time. */
    static Content.Secret credential(AdminConf admin, String until) {
        return new Content.Secret(
                "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"expirationTimestamp\":%s,\"clientCertificateData\":%s,\"clientKeyData\":%s}}"
                        .formatted(
                                Json.string(until),
                                Json.string(pem(admin.certificate())),
                                Json.string(pem(admin.key()))));
    }

    private static String pem(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }
}
