package io.kubelab.adapter.fabric8;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.json.JsonNodes;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Json;
import io.kubelab.document.Node;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppliedTest {
    private static final Applied APPLIED = new Applied("kubelab", new JsonNodes());

    /** An object as a server has it: a default of its own, somebody's label, a status. */
    private static final String LIVE =
            """
            {"apiVersion": "v1", "kind": "Thing",
             "metadata": {"name": "a", "uid": "1", "labels": {"whose": "theirs"}, "managedFields": [
               {"manager": "other", "operation": "Update", "apiVersion": "v1",
                "fieldsV1": {"f:metadata": {"f:labels": {"f:whose": {}}}}},
               {"manager": "kubelab", "operation": "Apply", "apiVersion": "v1",
                "fieldsV1": {"f:spec": {
                  "f:size": {},
                  "f:ports": {"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}": {".": {}, "f:port": {}}},
                  "f:tags": {"v:\\"x\\"": {}}}}}]},
             "spec": {"size": 3, "policy": "Always", "tags": ["x"],
                      "ports": [{"port": 80, "protocol": "TCP"}]},
             "status": {"ready": true}}
            """;

    @DisplayName("what is wanted is there")
    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{size: 3, ports: [{port: 80, protocol: TCP}], tags: [x]}    | true",
                // a default that we write ourselves
                "{size: 3, ports: [{port: 80, protocol: TCP}], tags: [x], policy: Always} | true",
                "{size: 4, ports: [{port: 80, protocol: TCP}], tags: [x]}    | false",
                "{size: '3', ports: [{port: 80, protocol: TCP}], tags: [x]}  | false",
                "{size: 3, ports: [{port: 80, protocol: TCP}], tags: [x], more: 1} | false",
                "{size: 3, ports: [{port: 80, protocol: TCP}], tags: [x], policy: null} | false",
                // ours, and wanted no longer
                "{ports: [{port: 80, protocol: TCP}], tags: [x]}             | false",
                "{size: 3, ports: [{port: 80, protocol: TCP}]}               | false",
                "{size: 3, tags: [x]}                                        | false",
                "{size: 3, ports: [{port: 80, protocol: TCP}], tags: []}     | false",
                // the item's key holds a default: for the server to say
                "{size: 3, ports: [{port: 80}], tags: [x]}                   | false",
                "{size: 3, ports: [{port: 80, protocol: TCP}, {port: 81, protocol: TCP}], tags: [x]} | false",
                "{size: 3, ports: [{port: 80, protocol: TCP}], tags: {x: 1}} | false",
            })
    void plain(String spec, boolean plain) {
        String wanted = "{apiVersion: v1, kind: Thing, metadata: {name: a}, spec: %s}";
        assertThat(APPLIED.plainly(manifest(wanted.formatted(spec)), json(LIVE))).isEqualTo(plain);
    }

    @DisplayName("another version of the API names fields in another way")
    @ParameterizedTest
    @CsvSource({"v1, true", "v2, false"})
    void version(String managedAs, boolean plain) {
        String live =
                """
                {"apiVersion": "v1", "metadata": {"managedFields": [
                  {"manager": "kubelab", "apiVersion": "%s", "fieldsV1": {"f:size": {}}}]}, "size": 1}
                """;
        assertThat(
                        APPLIED.plainly(
                                manifest("{apiVersion: v1, size: 1}"),
                                json(live.formatted(managedAs))))
                .isEqualTo(plain);
    }

    private static Manifest manifest(String yaml) {
        return new Manifest(
                new ObjectRef("v1", "Thing", "", "a"),
                Json.text(new SnakeDocuments().parse("wanted", yaml).getFirst()));
    }

    private static Node json(String text) {
        return new JsonNodes().read("", text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }
}
