package io.kubelab.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.document.Node.Mapping;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases can turn red. */
final class StepCaseTest {
    private static final String IN_ORDER =
            """
            arguments: {text: hello}
            facts: [{command: [cat, /etc/motd], out: hello}]
            in_order: it says hello
            mutation: {what: somebody wrote into it, facts: [{command: [cat, /etc/motd], out: bye}]}
            """;
    private static final String CHANGE =
            """
            arguments: {text: hello}
            facts: [{command: cat /etc/motd, exit: 1}]
            needs:
            - write /etc/motd (0644 root:root): {content: hello}
            """;

    @TempDir Path temporary;

    record Motd(String text) implements Step {
        @Override
        public String title() {
            return "the machine greets";
        }

        @Override
        public Diff diff(Target target) {
            return target.ask(new Text()).equals(text)
                    ? Diff.inOrder("it says " + text)
                    : Diff.needs(
                            new Change.PutFile(
                                    "/etc/motd", new Content.Text(text), FileAttributes.PUBLIC));
        }
    }

    /** Asks its fact and does not look at the answer. */
    record Blind(String text) implements Step {
        @Override
        public String title() {
            return "all is well";
        }

        @Override
        public Diff diff(Target target) {
            return Diff.inOrder("it says " + target.ask(new Text()).length());
        }
    }

    record Text() implements Fact.OfHost<String> {
        @Override
        public Command command() {
            return Command.of("cat", "/etc/motd");
        }

        @Override
        public String parse(CommandResult result) {
            return result.out();
        }
    }

    @Test
    void passesWhenTheStepAnswersAsTheCaseSays() throws IOException {
        StepCase inOrder = open(Motd.class, IN_ORDER);
        assertThatCode(inOrder::check).doesNotThrowAnyException();
        assertThatCode(inOrder::checkMutation).doesNotThrowAnyException();
        assertThatCode(open(Motd.class, CHANGE)::check).doesNotThrowAnyException();
    }

    @Test
    void aStepThatDoesNotLookIsFoundByTheMutation() throws IOException {
        StepCase blind = open(Blind.class, IN_ORDER.replace("says hello", "says 5"));
        assertThatCode(blind::check).doesNotThrowAnyException();
        assertThatThrownBy(blind::checkMutation)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("somebody wrote into it");
    }

    @Test
    void whatTheCaseDoesNotKnowFails() {
        assertThatThrownBy(() ->
                        open(Motd.class, CHANGE.replace("cat /etc/motd", "cat /etc/issue")).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("- command: ['cat', '/etc/motd']");
    }

    @Test
    void aFactThatIsNeverAskedForFails() {
        String more = IN_ORDER.replace("out: hello}]", "out: hello}, {command: [id]}]");
        assertThatThrownBy(() -> open(Motd.class, more).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("never asks");
    }

    @Test
    void changesAreComplete() {
        assertThatThrownBy(() ->
                        open(Motd.class, CHANGE.replace("content: hello", "content: bye")).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'hello', not 'bye'");
        assertThatThrownBy(() -> open(Motd.class, CHANGE.replace(": {content: hello}", "")).check())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'content' of");
    }

    private StepCase open(Class<? extends Step> type, String text) throws IOException {
        Path file = Files.writeString(temporary.resolve("case.yml"), text);
        Mapping settings =
                (Mapping)
                        Yaml.parse(
                                        "lab.yml",
                                        Files.readString(
                                                Path.of("src/test/resources/cases/lab.yml")))
                                .getFirst();
        Path below = Files.createTempDirectory(temporary, "case");
        assertThat(below).isEmptyDirectory();
        return new StepCase(file, type, settings, new FreemarkerTemplates(temporary), below);
    }
}
