package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.console.Streams;
import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.LabException;
import io.kubelab.failure.Problem;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class ProgramTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpListsEveryCommandAndGoesToStandardOutput() {
        assertThat(run(_ -> ExitCode.OK, "--help")).isZero();
        assertThat(text(out)).contains("make", "Makes what is asked for.");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void helpOfACommandListsItsOptions() {
        assertThat(run(_ -> ExitCode.OK, "make", "--help")).isZero();
        assertThat(text(out)).contains("Usage: kubelab make", "--verbose");
    }

    @Test
    void withoutACommandItSaysWhatThereIsAndFails() {
        assertThat(run(_ -> ExitCode.OK)).isEqualTo(2);
        assertThat(text(out)).isEmpty();
        assertThat(text(err)).contains("Usage: kubelab");
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        assertThat(run(_ -> ExitCode.OK, "mkae")).isEqualTo(2);
        assertThat(text(err)).contains("there is no command 'mkae'");
    }

    @Test
    void suggestsTheOptionThatWasMeant() {
        assertThat(run(_ -> ExitCode.OK, "make", "--verbos")).isEqualTo(2);
        assertThat(text(err)).contains("did you mean '--verbose'?", "Run 'kubelab make --help'");
    }

    @Test
    void tellsEveryProblemOfTheInputAtOnce() {
        var problems = List.of(new Problem("a.yml:1:2", "bad"), new Problem("b.yml:3:4", "worse"));
        assertThat(run(fails(new InvalidInput(problems)), "make")).isEqualTo(3);
        assertThat(text(err))
                .startsWith("error: a.yml:1:2: bad\nerror: b.yml:3:4: worse\nremedy: ");
    }

    @Test
    void tellsProblemRemedyAndTheLastLinesOfTheOutput() {
        String output = "line\n".repeat(100) + "last";
        LabException failure = new CommandFailed("node", "false", 1, output, "Mend it.");
        assertThat(run(fails(failure), "make")).isEqualTo(5);
        assertThat(text(err))
                .startsWith(
                        "error: node: 'false' ended with status 1\n"
                                + "  | (71 lines before these)\n"
                                + "  | line\n")
                .endsWith("  | last\nremedy: Mend it.\n");
        assertThat(text(err).lines()).hasSize(33);
    }

    @Test
    void showsAStackTraceOnlyWhenAsked() {
        assertThat(run(fails(new IllegalStateException("oops")), "make")).isEqualTo(1);
        assertThat(text(err)).contains("a defect of kubelab", "oops").doesNotContain("\tat ");
        assertThat(run(fails(new IllegalStateException("oops")), "make", "-v")).isEqualTo(1);
        assertThat(text(err)).contains("\tat ");
    }

    private static Function<Invocation, ExitCode> fails(RuntimeException failure) {
        return _ -> {
            throw failure;
        };
    }

    private int run(Function<Invocation, ExitCode> action, String... arguments) {
        var workplace =
                new Workplace(
                        Path.of("/"), Path.of("/"), "amd64", Map.of(), Optional.empty(), "kubelab");
        var streams = new Streams(InputStream.nullInputStream(), stream(out), stream(err));
        return new Program(List.of(new Make(action)), workplace, streams).run(arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, false, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private record Make(Function<Invocation, ExitCode> action) implements Subcommand {
        @Override
        public String name() {
            return "make";
        }

        @Override
        public String summary() {
            return "Makes what is asked for.";
        }

        @Override
        public void describe(CommandSpec command) {
            command.addOption(OptionSpec.builder("-v", "--verbose").build());
        }

        @Override
        public int run(Invocation invocation) {
            return action.apply(invocation).status();
        }
    }
}
