package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

class RemoteCommandTest {
    @ParameterizedTest
    @CsvSource({
        "ssh node, ssh node",
        "ssh node -- ls -l, ssh node -- ls -l",
        "ssh node ls -e x, ssh node ls -e x",
        "ssh -i a node ls, ssh -i a node ls",
        "ssh node -i a -e b=1, ssh -i a -e b=1 node",
        "ssh -v node -i a -- ls -v, ssh -v -i a -- node ls -v",
        "ssh node -i a ls -i b, ssh -i a node ls -i b",
        "ssh node -- -x, ssh node -- -x",
        "ssh node -i a -- -x, ssh -i a -- node -x",
        "exec nodes --limit a -- ip a, exec --limit a -- nodes ip a",
        "exec nodes -v ip -br a, exec -v nodes ip -br a",
    })
    void optionsStandBeforeTheHostOrBehindIt(String typed, String meant) {
        assertThat(arranged(typed)).isEqualTo(meant);
    }

    @Test
    void whatIsNoOptionOfOursIsTold() {
        assertThatThrownBy(() -> arranged("ssh node -p 22 ls"))
                .isInstanceOf(UnmatchedArgumentException.class)
                .hasMessageContaining("'-p'");
    }

    @Test
    void aValueIsMissedAndNotTheHostWhichStandsThere() {
        assertThatThrownBy(() -> arranged("ssh node -e"))
                .isInstanceOf(MissingParameterException.class)
                .hasMessageContaining("-e")
                .hasMessageNotContaining("HOST");
    }

    @Test
    void aCommandIsMissedWhereOneIsNeeded() {
        assertThatThrownBy(() -> arranged("exec nodes -v"))
                .isInstanceOf(MissingParameterException.class)
                .hasMessageContaining("COMMAND");
    }

    private static String arranged(String typed) {
        List<String> words = Stream.of(typed.split(" ")).toList();
        Subcommand command = words.getFirst().equals("ssh") ? new SshCommand() : new ExecCommand();
        return String.join(
                " ",
                RemoteCommand.parsed(Program.model(List.of(command), words), words).originalArgs());
    }
}
