package io.kubelab.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Json;
import io.kubelab.document.Node.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsSchemaTest {
    private static final Path ALL = Path.of("inventory/group_vars/all.yml");
    private final SnakeDocuments documents = new SnakeDocuments();

    @Test
    void whatIsShippedIsGood() throws IOException {
        assertThat(problems(Files.readString(ALL))).isEmpty();
        assertThat(problems(Files.readString(Path.of("inventory/multus-extravars.yml")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lab: mine",
                "packages_since: 2026-11-24",
                "packages_since: 2026-11-24T10:30:00Z",
                "pod_network_cidr: 10.32.0.0",
                "pod_network_type: flannel",
                "extra: {anything: {at: all}}",
                "virtual_machines: [{name: a, node_type: master, system_ram_mb: 4096}]",
                "ansible_user: root",
                "spare_disk_attach: true",
                "network_type: 2nics",
                "crio_version: 1.11",
            })
    void good(String document) throws IOException {
        assertThat(problems(document)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kube_versio: 1.37.2",
                "packages_since: yesterday",
                "registry_port: five",
                "pod_network_type: calico",
                "multus_ipam_subnet: 192.168.170.0",
                "multus_ipam_gateway: 192.168.170.300",
                "multus_use_crd: false",
                "kubectl_bash_completion: 1",
                "virtual_machines: [{name: a}]",
                "virtual_machines: [{name: a, node_type: master, system_ram: 4096}]",
                "optional_packages: jq",
                "spare_disk_attach: sometimes",
                "network_type: 3nics",
                "docker_registries: [here]",
            })
    void bad(String document) throws IOException {
        assertThat(problems(document)).isNotEmpty();
    }

    @Test
    void everySettingHasItsCommentAndItsDefault() throws IOException {
        var properties =
                (Mapping)
                        documents.parse("schema", text()).getFirst().at("properties").orElseThrow();
        for (String key : Catalogue.keys()) {
            assertThat(properties.at(key, "description").orElseThrow().text().orElseThrow())
                    .as(key)
                    .isNotEmpty();
            assertThat(properties.at(key, "default")).as(key).isPresent();
        }
        assertThat(properties.at("domain_type", "enum", "0").orElseThrow().text()).contains("auto");
        assertThat(properties.at("crio_version", "deprecated")).isPresent();
    }

    private List<String> problems(String yaml) throws IOException {
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(text(), InputFormat.JSON);
        String json = Json.text(documents.parse("document", yaml).getFirst());
        return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
    }

    private String text() throws IOException {
        return new SettingsSchema(
                        (Mapping) documents.read(ALL).getFirst(),
                        Files.readAllLines(ALL),
                        new Predecessor(documents))
                .text();
    }
}
