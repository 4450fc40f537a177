package io.kubelab.adapter.console;

import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.engine.Tally;
import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.step.Change;
import java.io.PrintStream;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A run for programs: one JSON object per event and line. Each has {@code event} (the event's name
 * in snake_case) and {@code at} (RFC 3339); durations are in seconds; contents of files are never
 * in it.
 */
public final class JsonLines implements Reporter {
    private final JsonFactory json = new JsonFactory();
    private final PrintStream stream;
    private final InstantSource clock;
    private Tally tally = new Tally();

    public JsonLines(PrintStream stream, InstantSource clock) {
        this.stream = stream;
        this.clock = clock;
    }

    @Override
    public void report(RunEvent event) {
        if (event instanceof RunEvent.RunStarted) {
            tally = new Tally();
        }
        tally.report(event);
        var line = new StringWriter();
        try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), line)) {
            out.writeStartObject();
            out.writeStringProperty("event", snakeCase(event));
            out.writeStringProperty("at", clock.instant().toString());
            write(event, out);
            out.writeEndObject();
        }
        stream.println(line);
        stream.flush();
    }

    private void write(RunEvent event, JsonGenerator out) {
        switch (event) {
            case RunEvent.RunStarted(String playbook, RunEvent.Mode mode, List<Host> hosts) -> {
                out.writeStringProperty("playbook", playbook);
                out.writeStringProperty("mode", mode.name().toLowerCase(Locale.ROOT));
                out.writeArrayPropertyStart("hosts");
                hosts.forEach(host -> out.writeString(host.name()));
                out.writeEndArray();
            }
            case RunEvent.PlayStarted(String play, Host host, int steps) -> {
                where(play, host, out);
                out.writeNumberProperty("steps", steps);
            }
            case RunEvent.StepStarted(String play, Host host, String title) ->
                    what(play, host, title, out);
            case RunEvent.StepProgress(String play, Host host, String title, String doing) -> {
                what(play, host, title, out);
                out.writeStringProperty("doing", doing);
            }
            case RunEvent.Output(String play, Host host, String title, String text) -> {
                what(play, host, title, out);
                out.writeStringProperty("line", text);
            }
            case RunEvent.Noticed(String play, Host host, String title, String notice) -> {
                what(play, host, title, out);
                out.writeStringProperty("notice", notice);
            }
            case RunEvent.StepDone(String play, Host host, String title, var outcome, var took) -> {
                what(play, host, title, out);
                out.writeNumberProperty("seconds", Durations.seconds(took));
                out.writeStringProperty("outcome", snakeCase(outcome));
                write(outcome, out);
            }
            case RunEvent.PlayDone(String play, Host host, var took) -> {
                where(play, host, out);
                out.writeNumberProperty("seconds", Durations.seconds(took));
            }
            case RunEvent.PlaySkipped(String play, Host host, int steps, String why) -> {
                where(play, host, out);
                out.writeNumberProperty("steps", steps);
                out.writeStringProperty("why", why);
            }
            case RunEvent.RunFinished run -> finished(run, out);
        }
    }

    private static void where(String play, Host host, JsonGenerator out) {
        out.writeStringProperty("play", play);
        out.writeStringProperty("host", host.name());
    }

    private static void what(String play, Host host, String title, JsonGenerator out) {
        where(play, host, out);
        out.writeStringProperty("step", title);
    }

    private static void write(Outcome outcome, JsonGenerator out) {
        switch (outcome) {
            case Outcome.InOrder(String why) -> out.writeStringProperty("why", why);
            case Outcome.Changed(List<Change> changes) -> write(changes, out);
            case Outcome.WouldChange(List<Change> changes) -> write(changes, out);
            case Outcome.WouldWait(String awaited) -> out.writeStringProperty("why", awaited);
            case Outcome.Undecided(String why) -> out.writeStringProperty("why", why);
            case Outcome.Failed(LabException failure) -> {
                out.writeObjectPropertyStart("failure");
                out.writeStringProperty("kind", snakeCase(failure));
                out.writeStringProperty("message", String.valueOf(failure.getMessage()));
                out.writeStringProperty("evidence", failure.evidence());
                out.writeStringProperty("remedy", failure.remedy());
                out.writeEndObject();
            }
            case Outcome.Defect(RuntimeException cause) -> {
                out.writeObjectPropertyStart("failure");
                out.writeStringProperty("kind", "defect");
                out.writeStringProperty("message", cause.toString());
                out.writeEndObject();
            }
        }
    }

    private static void write(List<Change> changes, JsonGenerator out) {
        out.writeArrayPropertyStart("changes");
        for (Change change : changes) {
            out.writeStartObject();
            out.writeStringProperty("kind", snakeCase(change));
            out.writeStringProperty("shown", change.shown());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void finished(RunEvent.RunFinished run, JsonGenerator out) {
        out.writeStringProperty("playbook", run.playbook());
        out.writeStringProperty("mode", run.mode().name().toLowerCase(Locale.ROOT));
        out.writeStringProperty("ending", run.ending().name().toLowerCase(Locale.ROOT));
        out.writeNumberProperty("seconds", Durations.seconds(run.took()));
        out.writeObjectPropertyStart("hosts");
        tally.hosts()
                .forEach((host, counts) -> {
                    out.writeObjectPropertyStart(host);
                    out.writeNumberProperty("ok", counts.ok());
                    out.writeNumberProperty("changed", counts.changed());
                    out.writeNumberProperty("unreachable", counts.unreachable());
                    out.writeNumberProperty("failed", counts.failed());
                    out.writeNumberProperty("skipped", counts.skipped());
                    out.writeNumberProperty("round_trips", run.roundTrips().getOrDefault(host, 0));
                    out.writeEndObject();
                });
        out.writeEndObject();
    }

    /** A type's name as a program reads it: {@code StepDone} is {@code step_done}. */
    private static String snakeCase(Object value) {
        return value.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }
}
