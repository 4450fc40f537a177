package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.SelinuxMode;
import java.util.List;
import java.util.Optional;

/**
 * SELinux, where it is enforcing on the virthost, lets virtual machines have their files in
 * images_directory.
 *
 * <pre>{@code
 * - readable_store
 * }</pre>
 */
public record ReadableStore() implements Requirement {
    /** What files of virtual machines are labelled with (virt_selinux(8)). */
    private static final String IMAGES = "virt_image_t";

    private static final String INSTEAD = "/var/lib/libvirt/images/kubelab";

    /**
     * The type that the policy has for a path, whether there is such a file or not
     * (matchpathcon(8)); empty if it can't be asked.
     */
    record Type(String path) implements Fact.OfHost<Optional<String>> {
        @Override
        public Command command() {
            return Command.of("matchpathcon", "-n", path);
        }

        @Override
        public Optional<String> parse(CommandResult result) {
            String[] context = result.out().strip().split(":", -1);
            return result.ok() && context.length > 2 ? Optional.of(context[2]) : Optional.empty();
        }
    }

    @Override
    public String title() {
        return "virtual machines may read images_directory";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        if (target.settings().machines().domainType().isContainer()) {
            return Diff.inOrder("container nodes have no images");
        }
        Optional<String> mode = target.ask(new SelinuxMode());
        if (mode.filter("Enforcing"::equals).isEmpty()) {
            return Diff.inOrder("SELinux is " + mode.map(m -> "on, " + m).orElse("not there"));
        }
        String path = VirthostPlaces.of(target).root();
        Optional<String> type = target.ask(new Type(path));
        if (type.filter(t -> !t.equals(IMAGES)).isPresent()) {
            throw new InvalidInput(
                    "images_directory",
                    "SELinux on %s is enforcing and labels %s with %s, which virtual machines may not read; write %s, where files are labelled for them"
                            .formatted(target.place(), path, type.get(), INSTEAD));
        }
        return new Diff.InOrder(
                "SELinux labels %s with %s".formatted(path, type.orElse("what it does not say")),
                List.of(
                        "SELinux on %s is enforcing, and kubelab has not been tried there yet; what it denies is shown by 'ausearch -m avc -ts recent'"
                                .formatted(target.place())));
    }
}
