package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.SelinuxMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where SELinux is on, what kubelab puts on a node has the labels that the distribution's policy
 * has for it. By its label systemd knows what containerd may do.
 *
 * <pre>{@code
 * - file_labels
 * }</pre>
 */
public record FileLabels() implements Step {
    /** Where a new file's label is not the one that its directory gives it. */
    private static final List<String> PATHS =
            List.of("/usr/local/bin", "/opt/cni", "/etc/containerd");

    /** Lines of what restorecon(8) would do. */
    record Wrong() implements Fact.OfHost<List<String>> {
        @Override
        public Command command() {
            return restorecon("-n", "-v");
        }

        @Override
        public List<String> parse(CommandResult result) {
            return result.out().lines().filter(line -> line.contains("relabel")).toList();
        }
    }

    @Override
    public String title() {
        return "files have the labels that SELinux's policy has for them";
    }

    @Override
    public Diff diff(Target target) {
        if (!SelinuxMode.labels(target)) {
            return Diff.inOrder("there is no SELinux");
        }
        return target.ask(new Wrong()).isEmpty()
                ? Diff.inOrder("they have")
                : Diff.needs(
                        new Change.Run(
                                restorecon(),
                                Duration.ofMinutes(1),
                                "Run 'restorecon -R -v' with its paths on the machine to see why."));
    }

    private static Command restorecon(String... options) {
        var argv = new ArrayList<>(List.of("restorecon", "-R", "-i"));
        argv.addAll(List.of(options));
        argv.addAll(PATHS);
        return Command.of(argv);
    }
}
