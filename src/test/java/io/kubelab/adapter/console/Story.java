package io.kubelab.adapter.console;

import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.failure.CommandFailed;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs as they are told. */
final class Story {
    static final Host MASTER = new Host("kube-master", Set.of("master"), new Access.Local());
    static final Host NODE = new Host("node-1", Set.of("nodes"), new Access.Local());

    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    static RunEvent.StepDone done(
            Host host, String play, String title, Outcome outcome, long millis) {
        return new RunEvent.StepDone(play, host, title, outcome, Duration.ofMillis(millis));
    }

    static Change secretFile() {
        return new Change.PutFile(
                "/etc/secret", new Content.Secret("hunter2"), FileAttributes.PRIVATE);
    }

    /** Two hosts: one changes, one fails. */
    static List<RunEvent> run() {
        var events = new ArrayList<RunEvent>();
        events.add(new RunEvent.RunStarted("kube-install", Mode.APPLY, List.of(MASTER, NODE)));
        events.add(new RunEvent.PlayStarted("Control plane", MASTER, 4));
        events.add(done(MASTER, "Control plane", "a", new Outcome.InOrder("found"), 1));
        events.add(done(MASTER, "Control plane", "b", new Outcome.InOrder("found"), 1));
        events.add(
                done(
                        MASTER,
                        "Control plane",
                        "the API server answers",
                        new Outcome.InOrder("it does"),
                        14_000));
        events.add(
                new RunEvent.StepProgress(
                        "Control plane", MASTER, "containerd is configured", "write it"));
        events.add(
                new RunEvent.Output(
                        "Control plane",
                        MASTER,
                        "containerd is configured",
                        "\u001b[31mred\u001b[0m\r"));
        events.add(
                done(
                        MASTER,
                        "Control plane",
                        "containerd is configured",
                        new Outcome.Changed(List.of(secretFile())),
                        41_234));
        events.add(new RunEvent.PlayDone("Control plane", MASTER, Duration.ofSeconds(56)));
        events.add(new RunEvent.PlayStarted("Workers join", NODE, 3));
        events.add(
                done(
                        NODE,
                        "Workers join",
                        "the node has joined",
                        new Outcome.Failed(
                                new CommandFailed(
                                        "node-1",
                                        "kubeadm join",
                                        1,
                                        "[preflight] no\nconnection refused",
                                        "Look at the control plane.")),
                        3_210));
        events.add(
                new RunEvent.PlaySkipped(
                        "Workers join", NODE, 2, "an earlier step of the play failed"));
        events.add(
                new RunEvent.RunFinished(
                        "kube-install",
                        Mode.APPLY,
                        Ending.FAILED,
                        Duration.ofSeconds(72),
                        Map.of("kube-master", 4)));
        return events;
    }
}
