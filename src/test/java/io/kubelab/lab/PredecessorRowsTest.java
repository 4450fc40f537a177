package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Json;
import io.kubelab.document.Node.Mapping;
import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.Predecessor;
import io.kubelab.settings.Predecessor.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Each row of the table of kube-ansible's settings, as a user meets it. */
class PredecessorRowsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();
    private static final Path ALL = Path.of("inventory/group_vars/all.yml");

    @TempDir Path directory;

    private final SnakeDocuments documents = new SnakeDocuments();
    private final Mapping defaults = (Mapping) documents.read(ALL).getFirst();

    @TestFactory
    Stream<DynamicTest> eachRow() {
        var tests = new ArrayList<DynamicTest>();
        new Predecessor(documents)
                .all()
                .forEach((key, row) ->
                        tests.add(DynamicTest.dynamicTest(key, () -> check(key, row))));
        return tests.stream();
    }

    private void check(String key, Setting row) {
        switch (row.fate()) {
            case IMPLEMENTED -> {
                String value = Json.text(defaults.get(key).orElseThrow());
                LoadedLab loaded = load(written(key, value));
                assertThat(loaded.warnings()).isEmpty();
                assertThat(
                                loaded.origins().stream()
                                        .filter(o -> o.key().equals(key))
                                        .findFirst()
                                        .orElseThrow()
                                        .place())
                        .contains("-e");
            }
            case OBSOLETE ->
                    assertThat(load(written(key, "\"x\"")).warnings().toString())
                            .contains("'" + key + "' has no effect: " + why(row));
            case REFUSED -> {
                assertThat(refusal(written(key, "\"x\"")))
                        .contains("'" + key + "' is refused: " + why(row));
                for (String harmless : row.harmless()) {
                    assertThat(load(written(key, Json.string(harmless))).warnings().toString())
                            .contains("'" + key + "' has no effect: " + why(row));
                }
            }
        }
        row.refusedValues()
                .forEach((value, why) ->
                        assertThat(refusal(written(key, Json.string(value))))
                                .contains("'%s: %s' is refused: %s".formatted(key, value, why)));
    }

    private static String why(Setting row) {
        return row.why().orElseThrow();
    }

    /** As {@code -e} takes it; {@code list.key} is a key of the list's items. */
    private static String written(String key, String value) {
        int dot = key.indexOf('.');
        return dot < 0
                ? "{%s: %s}".formatted(Json.string(key), value)
                : "{%s: [{\"name\": \"kube-master\", \"node_type\": \"master\", %s: %s}]}"
                        .formatted(
                                Json.string(key.substring(0, dot)),
                                Json.string(key.substring(dot + 1)),
                                value);
    }

    private String refusal(String extra) {
        InvalidInput refusal = catchThrowableOfType(InvalidInput.class, () -> load(extra));
        assertThat(refusal).as(extra).isNotNull();
        return refusal.problems().toString();
    }

    private LoadedLab load(String extra) {
        return new LabLoader(documents)
                .load(
                        new LabRequest(
                                PROJECT,
                                PROJECT,
                                directory,
                                "amd64",
                                directory.resolve("state"),
                                directory.resolve("cache"),
                                List.of("inventory/virthost.inventory"),
                                List.of(extra),
                                Optional.empty()));
    }
}
