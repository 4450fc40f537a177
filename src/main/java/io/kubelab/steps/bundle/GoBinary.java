package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.Optional;

/**
 * The programs of one Go module of {@code bundle/}: compiled, or fetched as their project publishes
 * them ({@code bundle_source}).
 *
 * <pre>{@code
 * - go_binary: { item: kubernetes, version: "${kube_version}" }
 * }</pre>
 *
 * @param item name of a Go module in bundle.yml
 * @param version what it must be, with or without {@code v}; left out: whatever go.mod says
 */
public record GoBinary(String item, Optional<String> version) implements Step {
    @Override
    public String title() {
        return "the programs of %s are there".formatted(item);
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        if (artifacts.isIdle(item)) {
            return Diff.inOrder("none are wanted: its image is fetched");
        }
        GoModule module = artifacts.goModule(item);
        version.ifPresent(wanted -> refuseOther(wanted, artifacts.version(item), module));
        return Diff.of(
                new GoBuild(target, artifacts).changes(module),
                (module.source() instanceof GoSource.Fetched
                                ? "%s %s is its release"
                                : "%s %s is built")
                        .formatted(item, module.version())
                        .strip());
    }

    private void refuseOther(String wanted, String pinned, GoModule module) {
        if (!pinned.equals(wanted.startsWith("v") ? wanted.substring(1) : wanted)) {
            throw new InvalidInput(
                    module.mark().toString(),
                    "%s %s is what is pinned here, not %s; ask for %s, or pin the other (bundle/bundle.yml tells how)"
                            .formatted(item, pinned, wanted, pinned));
        }
    }
}
