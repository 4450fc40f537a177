package io.kubelab.adapter.console;

import static io.kubelab.adapter.console.Story.MASTER;
import static io.kubelab.adapter.console.Story.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    private final Story story = new Story();
    private Instant now = Instant.EPOCH;
    private final LiveView view =
            new LiveView(
                    Terminal.of(
                            story.stream,
                            Optional.of(Path.of("/dev/null")),
                            Map.of("TERM", "xterm", "NO_COLOR", "1", "COLUMNS", "60")),
                    Verbosity.NORMAL,
                    () -> now);

    /** What a terminal shows after all that: knows newline, cursor up and erase below. */
    private List<String> screen() {
        var lines = new ArrayList<String>();
        String rest = story.printed();
        while (!rest.isEmpty()) {
            if (rest.startsWith("\u001b[")) {
                int up = Integer.parseInt(rest.substring(2, rest.indexOf('A')));
                rest = rest.substring(rest.indexOf('A') + 1);
                assertThat(rest).startsWith("\r\u001b[J");
                rest = rest.substring("\r\u001b[J".length());
                lines.subList(lines.size() - up, lines.size()).clear();
            } else {
                lines.add(rest.substring(0, rest.indexOf('\n')));
                rest = rest.substring(rest.indexOf('\n') + 1);
            }
        }
        return lines;
    }

    private void start() {
        view.report(new RunEvent.RunStarted("x", Mode.APPLY, List.of(MASTER, NODE)));
        view.report(new RunEvent.StepStarted("p", MASTER, "the cluster is initialised"));
        view.report(
                new RunEvent.StepProgress(
                        "p", MASTER, "the cluster is initialised", "run kubeadm init --config x"));
        view.report(new RunEvent.StepStarted("p", NODE, "short"));
    }

    @Test
    void whatTakesLongIsSeenWithItsTimeAndLastLine() {
        start();
        view.tick();
        assertThat(screen()).containsExactly("x on 2 hosts");
        now = now.plusSeconds(12);
        view.report(
                new RunEvent.Output(
                        "p", MASTER, "the cluster is initialised", "[certs] \u001b[1mca"));
        view.report(
                new RunEvent.StepDone(
                        "p", NODE, "short", new Outcome.InOrder(""), java.time.Duration.ZERO));
        view.tick();
        assertThat(screen())
                .containsExactly(
                        "x on 2 hosts",
                        "⠹ kube-master  the cluster is initialised: run kubea…  12 s",
                        "    [certs] ca");
        assertThat(screen()).allMatch(line -> line.length() < 60 + 1);
    }

    @Test
    void linesThatStayAreAboveIt() {
        start();
        now = now.plusSeconds(12);
        view.tick();
        view.report(
                Story.done(
                        NODE, "p", "short", new Outcome.Changed(List.of(Story.secretFile())), 70));
        assertThat(screen()).hasSize(3);
        assertThat(screen().get(1)).startsWith("changed  node-1       short");
        assertThat(screen().get(2)).startsWith("⠙ kube-master");
    }

    @Test
    void nothingIsLeftOfIt() {
        start();
        now = now.plusSeconds(12);
        view.tick();
        view.close();
        assertThat(screen()).containsExactly("x on 2 hosts");
    }

    @Test
    void itKeepsStillWhileSomebodyIsAsked() {
        start();
        now = now.plusSeconds(12);
        view.tick();
        assertThat(view.aside(() -> screen())).containsExactly("x on 2 hosts");
        view.tick();
        assertThat(screen()).hasSize(3);
    }
}
