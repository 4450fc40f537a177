package io.kubelab.steps.node;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.stream.Collectors;

/**
 * The host says whose node it is, and what it was before, so that {@code kube-teardown} knows what
 * may go. Comes before anything else that is written there.
 *
 * <pre>{@code
 * - bare_host_taken
 * }</pre>
 */
public record BareHostTaken() implements Step {
    @Override
    public String title() {
        return "the host is marked as a node of the lab";
    }

    @Override
    public Diff diff(Target target) {
        BareHostFit.foreign(target)
                .ifPresent(why -> {
                    throw new InvalidInput(target.host().name(), why);
                });
        if (HostMark.of(target) == HostMark.OURS) {
            return Diff.inOrder("it is the lab's");
        }
        String settings =
                target
                        .ask(new io.kubelab.steps.facts.KernelSettings(KernelSettings.ON))
                        .entrySet()
                        .stream()
                        .map(e -> "%s = %s\n".formatted(e.getKey(), e.getValue()))
                        .collect(Collectors.joining());
        String before =
                HostTraces.there(target).stream()
                        .map(path -> path + "\n")
                        .collect(Collectors.joining());
        // the mark itself is the last: without it the others are written anew
        return Diff.needs(
                put(HostMark.SYSCTL, settings),
                put(HostMark.BEFORE, before),
                put(HostMark.LAB, HostMark.text(target)));
    }

    private static Change put(String path, String text) {
        return new Change.PutFile(path, new Content.Text(text), FileAttributes.PUBLIC);
    }
}
