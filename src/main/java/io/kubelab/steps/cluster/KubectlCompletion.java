package io.kubelab.steps.cluster;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;

/**
 * bash completes kubectl's arguments, by what kubectl itself says.
 *
 * <pre>{@code
 * - kubectl_completion
 * }</pre>
 */
public record KubectlCompletion() implements Step {
    private static final String PATH = "/etc/bash_completion.d/kubectl";

    record Completion() implements Fact.OfHost<String> {
        @Override
        public Command command() {
            return Command.of("kubectl", "completion", "bash");
        }

        @Override
        public String parse(CommandResult result) {
            return result.out();
        }
    }

    @Override
    public String title() {
        return "bash completes kubectl";
    }

    /** What is there is kept: a machine has one kubectl for its whole life. */
    @Override
    public Diff diff(Target target) {
        return target.ask(new FileState(PATH)) instanceof FileState.Found.RegularFile
                ? Diff.inOrder(PATH + " is there")
                : Diff.needs(
                        new Change.PutFile(
                                PATH,
                                new Content.Text(target.ask(new Completion())),
                                FileAttributes.PUBLIC));
    }
}
