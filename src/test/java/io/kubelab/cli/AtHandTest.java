package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kubelab.adapter.console.Streams;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands of every day say where there is no lab, or one that answers nothing. */
class AtHandTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath();

    @TempDir Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void withoutLabsTheListIsEmpty() {
        assertThat(run("list")).isZero();
        assertThat(text(out)).isEqualTo("LAB  MADE FROM  LAST LOG\n");
        assertThat(text(err)).contains("no lab has been set up from here");
        assertThat(run("list", "--output", "json")).isZero();
        assertThat(text(out)).endsWith("[]\n");
    }

    @Test
    void theListNamesWhatALabIsMadeFrom() throws IOException {
        remember();
        assertThat(run("list")).isZero();
        assertThat(text(out))
                .containsPattern(
                        "(?m)^elsewhere +-i \\S+/elsewhere.inventory -e kube_version=1 *$");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "kubectl", "kubeconfig", "tunnel"})
    void offALabTheyNameTheLabsThatThereAre(String command) throws IOException {
        String[] words = {command, "-i", "inventory/virthost.inventory"};
        assertThat(run(words)).isEqualTo(3);
        assertThat(text(err)).contains("no lab of this name has been set up", "'kubelab up'");
        remember();
        assertThat(run(words)).isEqualTo(3);
        assertThat(text(err)).contains("but elsewhere (kubelab list)");
    }

    /** To picocli the word would be a file of further arguments, as to javac. */
    @Test
    void aFileOfExtraVarsIsNamedAsAnsibleNamesIt() throws IOException {
        Path file = Files.writeString(home.resolve("mine.yml"), "lab: of-my-file\n");
        assertThat(run("settings", "-i", "inventory/virthost.inventory", "-e", "@" + file))
                .isZero();
        assertThat(text(out)).containsPattern("(?m)^lab +of-my-file +\\S+mine.yml:1");
    }

    @Test
    void aCredentialOfALabThatIsGoneSaysHowToBeRidOfIt() {
        assertThat(run("kubeconfig", "--credential", "gone")).isEqualTo(3);
        assertThat(text(err)).contains("gone: nothing is known", "--remove");
    }

    @Test
    void theSchemaThatIsPrintedKnowsTheArticlesFileFromAWrongOne() throws IOException {
        assertThat(run("settings", "--schema")).isZero();
        var schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(text(out), InputFormat.JSON);
        String article = Files.readString(PROJECT.resolve("inventory/multus-extravars.yml"));
        assertThat(schema.validate(json(article), InputFormat.JSON)).isEmpty();
        assertThat(
                        schema.validate(
                                json(article.replaceFirst("(?m)^multus_ipam_subnet:", "$0 x")),
                                InputFormat.JSON))
                .singleElement()
                .asString()
                .contains("multus_ipam_subnet");
    }

    private static String json(String yaml) {
        return Json.text(new SnakeDocuments().parse("document", yaml).getFirst());
    }

    private void remember() throws IOException {
        Path lab = Files.createDirectories(home.resolve(".local/state/kubelab/labs/elsewhere"));
        Files.writeString(
                lab.resolve("lab.yml"),
                """
                uuid: "d7912b70-0a5f-4099-a75c-8be7486fa898"
                inventories:
                  - {path: "%s", sha256: "00"}
                extra_vars:
                  - {text: "kube_version=1"}
                """
                        .formatted(home.resolve("elsewhere.inventory")));
    }

    private int run(String... arguments) {
        var workplace =
                new Workplace(
                        PROJECT,
                        home,
                        "amd64",
                        Map.of("HOME", home.toString()),
                        Optional.of(PROJECT),
                        "kubelab");
        var streams = new Streams(InputStream.nullInputStream(), stream(out), stream(err));
        return new Program(Main.commands(), workplace, streams).run(arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
