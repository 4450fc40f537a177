package io.kubelab.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kubelab.adapter.yaml.SnakeDocuments;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminConfTest {
    /** fabric8 takes every key for RSA's unless it is told. */
    @ParameterizedTest
    @CsvSource({"EC PRIVATE KEY, EC", "RSA PRIVATE KEY, RSA", "PRIVATE KEY, RSA"})
    void aKeyTellsItsAlgorithm(String kind, String algorithm) {
        String key = "-----BEGIN %s-----\nMHcCAQEE\n-----END %s-----\n".formatted(kind, kind);
        String file =
                """
                apiVersion: v1
                kind: Config
                clusters:
                - cluster: {server: "https://192.168.170.10:6443", certificate-authority-data: Y2E=}
                users:
                - user: {client-certificate-data: Y2VydA==, client-key-data: %s}
                """
                        .formatted(
                                Base64.getEncoder()
                                        .encodeToString(key.getBytes(StandardCharsets.US_ASCII)));
        var conf = AdminConf.of(new SnakeDocuments().parse("admin.conf", file).getFirst());
        assertEquals(algorithm, conf.keyAlgorithm());
    }
}
