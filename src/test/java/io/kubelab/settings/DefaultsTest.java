package io.kubelab.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract between {@code all.yml} and the records of settings. */
class DefaultsTest {
    private static final Path ALL = Path.of("inventory/group_vars/all.yml");
    private final Mapping defaults = (Mapping) new SnakeDocuments().read(ALL).getFirst();

    @Test
    void everyKeyIsAComponentAndTheReverse() {
        List<String> known = new ArrayList<>(Catalogue.keys());
        known.add("extra");
        assertThat(defaults.entries().stream().map(e -> e.key().text()).toList())
                .containsExactlyInAnyOrderElementsOf(known);
    }

    @Test
    void everyKeyHasItsComment() throws IOException {
        List<String> lines = Files.readAllLines(ALL);
        for (var entry : defaults.entries()) {
            assertThat(lines.get(entry.key().mark().line() - 2))
                    .as("line before '%s'", entry.key().text())
                    .startsWith("# ");
        }
    }

    @Test
    void theDefaultsBind() {
        Settings settings = settings();
        assertThat(settings.kubernetes().podNetworkCidr()).isEqualTo(new Cidr("10.244.0.0/16"));
        assertThat(settings.multus().multusIpamRangeEnd())
                .isEqualTo(new Address("192.168.170.216"));
        assertThat(settings.machines().virtualMachines()).hasSize(2);
    }

    @Test
    void aPodNetworkWithoutPrefixIsASixteen() {
        var problems = new Problems();
        var given =
                (Mapping)
                        new SnakeDocuments().parse("-e", "pod_network_cidr: 10.32.0.0").getFirst();
        Optional<Settings> settings =
                new SettingsBinder(problems)
                        .bind(Values.of(defaults.entries()).plus(Values.of(given.entries())));
        assertThat(settings.orElseThrow().kubernetes().podNetworkCidr())
                .isEqualTo(new Cidr("10.32.0.0/16"));
    }

    @Test
    void everySettingCanBeShownAsItIsWritten() {
        Settings settings = settings();
        var mark = new Mark("f", 1, 1);
        for (String key : Catalogue.keys()) {
            assertThat(Catalogue.value(settings, key, mark)).as(key).isPresent();
        }
        assertThat(Catalogue.value(settings, "domain_type", mark).orElseThrow().text())
                .contains("auto");
        assertThat(
                        Catalogue.value(settings, "virtual_machines", mark)
                                .orElseThrow()
                                .text("1", "node_type"))
                .contains("nodes");
        assertThat(Catalogue.value(settings, "nonsense", mark)).isEmpty();
    }

    private Settings settings() {
        var problems = new Problems();
        Optional<Settings> settings =
                new SettingsBinder(problems).bind(Values.of(defaults.entries()));
        assertThat(problems.all()).isEmpty();
        return settings.orElseThrow();
    }
}
