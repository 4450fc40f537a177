package io.kubelab.cli;

import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.inventory.Host;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells of two runs, of which the first only finds out what the second needs, as of one. If the
 * first doesn't complete, it is the only one.
 */
final class JoinedRuns implements Reporter {
    private final Reporter reporter;
    private final List<Host> hosts;
    private Optional<RunEvent.RunFinished> first = Optional.empty();

    /**
     * @param hosts of both runs
     */
    JoinedRuns(Reporter reporter, List<Host> hosts) {
        this.reporter = reporter;
        this.hosts = hosts;
    }

    @Override
    public void report(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted(var playbook, var mode, _) -> {
                if (first.isEmpty()) {
                    reporter.report(new RunEvent.RunStarted(playbook, mode, hosts));
                }
            }
            case RunEvent.RunFinished finished -> {
                if (first.isPresent()) {
                    reporter.report(together(first.get(), finished));
                } else if (finished.ending() == Ending.COMPLETE) {
                    first = Optional.of(finished);
                } else {
                    reporter.report(finished);
                }
            }
            case RunEvent _ -> reporter.report(event);
        }
    }

    private static RunEvent.RunFinished together(
            RunEvent.RunFinished one, RunEvent.RunFinished two) {
        Duration took = one.took().plus(two.took());
        Map<String, Integer> trips = new HashMap<>(one.roundTrips());
        two.roundTrips().forEach((host, count) -> trips.merge(host, count, Integer::sum));
        return new RunEvent.RunFinished(two.playbook(), two.mode(), two.ending(), took, trips);
    }
}
