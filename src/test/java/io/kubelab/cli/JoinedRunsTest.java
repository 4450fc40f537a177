package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.engine.RunEvent;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunOutcome.Ending;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JoinedRunsTest {
    private static final Host V = new Host("v", Set.of(), new Access.Local());
    private static final Host W = new Host("w", Set.of(), new Access.Local());

    private final List<RunEvent> told = new ArrayList<>();
    private final JoinedRuns runs = new JoinedRuns(told::add, List.of(V, W));

    @Test
    void twoRunsAreToldAsOne() {
        var done = new RunEvent.PlayDone("p", V, Duration.ZERO);
        runs.report(new RunEvent.RunStarted("up", Mode.APPLY, List.of(V)));
        runs.report(done);
        runs.report(finished(Ending.COMPLETE, 2, Map.of("v", 3)));
        runs.report(new RunEvent.RunStarted("up", Mode.APPLY, List.of(V, W)));
        runs.report(done);
        runs.report(finished(Ending.FAILED, 5, Map.of("v", 1, "w", 2)));
        assertThat(told)
                .containsExactly(
                        new RunEvent.RunStarted("up", Mode.APPLY, List.of(V, W)),
                        done,
                        done,
                        finished(Ending.FAILED, 7, Map.of("v", 4, "w", 2)));
    }

    @Test
    void afterAFirstOneThatFailedThereIsNoOther() {
        runs.report(new RunEvent.RunStarted("up", Mode.APPLY, List.of(V)));
        runs.report(finished(Ending.FAILED, 2, Map.of()));
        assertThat(told).last().isEqualTo(finished(Ending.FAILED, 2, Map.of()));
    }

    private static RunEvent finished(Ending ending, int seconds, Map<String, Integer> trips) {
        return new RunEvent.RunFinished(
                "up", Mode.APPLY, ending, Duration.ofSeconds(seconds), trips);
    }
}
