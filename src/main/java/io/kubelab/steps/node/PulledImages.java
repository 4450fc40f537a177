package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.bundle.Artifacts;
import io.kubelab.steps.general.LeftResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Images on the node before a pod needs them.
 *
 * <pre>{@code
 * - pulled_images: { names: [pause, kube-proxy, flannel] }
 * }</pre>
 *
 * @param names of the bundle's images, the most urgent first
 */
public record PulledImages(List<String> names) implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /**
     * References of the images that containerd has for Kubernetes, tags spelt out; empty if it does
     * not answer.
     */
    record ImagesOnNode() implements Fact.OfHost<Optional<Set<String>>> {
        @Override
        public Command command() {
            return Command.of("ctr", "--namespace", "k8s.io", "images", "list", "--quiet");
        }

        @Override
        public Optional<Set<String>> parse(CommandResult result) {
            return result.ok()
                    ? Optional.of(result.out().lines().collect(Collectors.toUnmodifiableSet()))
                    : Optional.empty();
        }
    }

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public PulledImages {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("'names' is empty; name at least one image");
        }
    }

    @Override
    public String title() {
        return "the node has the images " + String.join(", ", names);
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        var images = new ImagesOnNode();
        var result = new LeftResult("pull-" + names.getFirst());
        target.askTogether(images, result);
        Optional<Set<String>> there = target.ask(images);
        if (there.isEmpty()) {
            return new Diff.Pending(
                    "containerd to answer",
                    Duration.ofSeconds(30),
                    new Diff.Wake.Every(Duration.ofMillis(200)),
                    "Look at 'journalctl -u containerd' on the node.");
        }
        List<String> missing =
                names.stream()
                        .map(artifacts::imageReference)
                        .filter(reference -> !there.get().contains(reference))
                        .toList();
        if (missing.isEmpty()) {
            return Diff.of(
                    target.ask(result) ? result.removal() : List.of(),
                    names.size() + " images are there");
        }
        return Diff.needs(
                new Change.RunLong(
                        result.identity(),
                        missing.stream()
                                .map(reference -> Command.of("crictl", "pull", reference))
                                .reduce(Command::then)
                                .orElseThrow(),
                        LIMIT,
                        "Is the registry running? 'kubelab bundle' fills it; /etc/containerd/certs.d/_default/hosts.toml names it."));
    }
}
