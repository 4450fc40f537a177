package io.kubelab.world;

import io.kubelab.engine.Reporter;
import io.kubelab.engine.RunEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a run as SIGKILL does: no job gets beyond the change that it is making, and nobody cleans
 * up. It strikes when the change after a number of others is about to be made.
 */
final class MortalRun implements Reporter {
    /** Not an exception: nobody in the engine catches it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private final List<String> alive = new ArrayList<>();
    private int left;
    private String victim = "";

    /**
     * @param changes how many are made before it strikes
     */
    MortalRun(int changes) {
        left = changes;
    }

    @Override
    public synchronized void report(RunEvent event) {
        switch (event) {
            case RunEvent.PlayStarted(String play, var host, int _) -> begins(play + " " + host);
            case RunEvent.PlayDone(String play, var host, var _) -> ends(play + " " + host);
            case RunEvent.PlaySkipped(String play, var host, int _, String _) ->
                    ends(play + " " + host);
            case RunEvent.StepProgress(String play, var host, String title, String doing) -> {
                if (victim.isEmpty() && left-- == 0) {
                    victim = "%s | %s | %s".formatted(title, host, doing);
                }
                dieIfStruck(play + " " + host);
            }
            case RunEvent.StepStarted(String play, var host, var _) ->
                    dieIfStruck(play + " " + host);
            case RunEvent.StepDone(String play, var host, var _, var _, var _) ->
                    dieIfStruck(play + " " + host);
            case RunEvent.RunStarted _,
                    RunEvent.Output _,
                    RunEvent.Noticed _,
                    RunEvent.RunFinished _ -> {}
        }
    }

    private void begins(String job) {
        alive.add(job);
        dieIfStruck(job);
    }

    private void ends(String job) {
        alive.remove(job);
        notifyAll();
    }

    private void dieIfStruck(String job) {
        if (!victim.isEmpty()) {
            ends(job);
            throw new Killed();
        }
    }

    /** Waits until the last job is dead; says where it struck, empty if it never did. */
    synchronized String awaitEnd() throws InterruptedException {
        while (!alive.isEmpty()) {
            wait();
        }
        return victim;
    }
}
