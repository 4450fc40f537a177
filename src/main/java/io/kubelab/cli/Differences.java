package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter.Table;
import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.step.Change;
import java.util.ArrayList;
import java.util.List;

/** What a preview finds that is not as it should be: a row for each change, in their order. */
final class Differences implements Reporter {
    private final List<List<String>> rows = new ArrayList<>();

    @Override
    public void report(RunEvent event) {
        if (event instanceof RunEvent.StepDone done) {
            switch (done.outcome()) {
                case Outcome.WouldChange(var changes) -> {
                    for (Change change : changes) {
                        add(done, change.shown());
                    }
                }
                case Outcome.WouldWait(String what) -> add(done, "would wait for " + what);
                case Outcome.Undecided(String why) -> add(done, "can't be told yet, " + why);
                case Outcome.InOrder _, Outcome.Changed _, Outcome.Failed _, Outcome.Defect _ -> {}
            }
        }
    }

    private void add(RunEvent.StepDone done, String change) {
        rows.add(List.of(done.host().name(), done.title(), change));
    }

    boolean none() {
        return rows.isEmpty();
    }

    Table table() {
        return new Table(List.of("DIFFERS", "STEP", "CHANGE"), rows);
    }
}
