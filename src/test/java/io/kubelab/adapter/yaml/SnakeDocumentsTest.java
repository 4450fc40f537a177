package io.kubelab.adapter.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubelab.document.Node;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnakeDocumentsTest {
    private final SnakeDocuments documents = new SnakeDocuments();

    @Test
    void scalarsKeepTheirTextAndEverythingItsPlace() {
        Node document =
                one(
                        """
                        ---
                        mode: 0644
                        quoted: "no"
                        list:
                          - 1.20
                          - {a: b}
                        """);
        assertThat(document.text("mode")).contains("0644");
        assertThat(document.at("mode").orElseThrow().mark()).hasToString("f.yml:2:7");
        assertThat(document.at("quoted"))
                .containsInstanceOf(Node.Scalar.class)
                .get()
                .extracting(n -> ((Node.Scalar) n).quoted())
                .isEqualTo(true);
        assertThat(document.text("list", "0")).contains("1.20");
        assertThat(document.at("list", "1", "a").orElseThrow().mark()).hasToString("f.yml:6:9");
    }

    @Test
    void jsonIsYaml() {
        assertThat(one("{\"a\": [1, \"two\"]}").text("a", "1")).contains("two");
    }

    @Test
    void severalDocumentsAreAList() {
        assertThat(documents.parse("f.yml", "a: 1\n---\nb: 2\n")).hasSize(2);
        assertThat(documents.parse("f.yml", "# nothing\n")).isEmpty();
    }

    @Test
    void mergesAreResolvedAndWhatIsWrittenWins() {
        Node document =
                one(
                        """
                        base: &base {ram: 1, cpus: 2}
                        more: &more {cpus: 3, disk: 4}
                        machine:
                          <<: [*base, *more]
                          ram: 9
                        """);
        assertThat(document.text("machine", "ram")).contains("9");
        assertThat(document.text("machine", "cpus")).contains("2");
        assertThat(document.text("machine", "disk")).contains("4");
    }

    @Test
    void allStructuralProblemsAreFoundAtOnce() {
        assertThat(
                        problems(
                                """
                                a: 1
                                b: !vault |
                                  62313
                                a: 2
                                c: *gone
                                d: {<<: text}
                                e: !!int "3"
                                """))
                .containsExactly(
                        "f.yml:2:4: the tag '!vault' is not used here; kubelab doesn't read"
                                + " Ansible's vault, keep the value in a file of mode 0600",
                        "f.yml:4:1: the key 'a' is written twice, first at line 1",
                        "f.yml:5:4: '*gone' stands for nothing: no '&gone' is complete before it",
                        "f.yml:6:9: '<<' can only merge a mapping or a list of them, not 'text'",
                        "f.yml:7:4: the tag '!!int' is not used here; leave it out, the place of a"
                                + " value says what type it has");
    }

    @Test
    void anAnchorCannotContainItself() {
        assertThat(problems("a: &a [*a]\n")).singleElement().asString().startsWith("f.yml:1:8: ");
    }

    @Test
    void syntaxErrorsHaveAPlaceAndARemedy() {
        assertThat(problems("a: 1\n b: 2\n"))
                .singleElement()
                .asString()
                .startsWith("f.yml:2:3: this is not YAML: mapping values are not allowed here")
                .contains("quotes");
        assertThat(problems("a:\n\t- b\n")).singleElement().asString().startsWith("f.yml:2:1: ");
        assertThat(problems("a: [1, 2\nb: 3\n")).singleElement().asString().startsWith("f.yml:2:");
        assertThat(problems("a: 1\nb: \u0007\n"))
                .singleElement()
                .asString()
                .isEqualTo("f.yml:2:4: the character U+0007 is not allowed in YAML");
    }

    @Test
    void depthIsLimited() {
        assertThat(problems("[".repeat(5000))).singleElement().asString().contains("nested");
    }

    @Test
    void filesThatCannotBeReadAreSaidSo(@TempDir Path directory) throws IOException {
        Path binary = Files.write(directory.resolve("b.yml"), new byte[] {(byte) 0xff, 0x01});
        assertThat(readProblems(binary)).singleElement().asString().endsWith("file in UTF-8");
        assertThat(readProblems(directory.resolve("none.yml")))
                .singleElement()
                .asString()
                .endsWith("none.yml: there is no such file");
    }

    private Node one(String text) {
        return documents.parse("f.yml", text).getFirst();
    }

    private List<String> problems(String text) {
        return strings(
                catchThrowableOfType(InvalidInput.class, () -> documents.parse("f.yml", text)));
    }

    private List<String> readProblems(Path file) {
        return strings(catchThrowableOfType(InvalidInput.class, () -> documents.read(file)));
    }

    private static List<String> strings(InvalidInput invalid) {
        return invalid.problems().stream().map(Problem::toString).toList();
    }
}
