package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.NetworkState;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container's network, looked at from the virthost, since a machine without an address lets
 * nobody in.
 *
 * @param process a process of the container, by its id on the virthost
 * @param seen interfaces, addresses and routes in the container
 * @param host those of the virthost
 */
record ContainerNetwork(String process, NetworkState.Found seen, NetworkState.Found host) {
    /** Where libvirt says of a container that runs which process of the virthost its init is. */
    static final String STATUS = "/run/libvirt/lxc/%s.xml";

    private static final Pattern INIT = Pattern.compile("<init pid='(\\d+)'/>");

    /** libvirt's own process for the container, whose child is init. */
    private static final Pattern CONTROLLER = Pattern.compile("<domstatus [^>]*pid='(\\d+)'");

    /** The oldest child of a process (pgrep(1)). */
    record FirstChild(String process) implements Fact.OfHost<Optional<String>> {
        @Override
        public Command command() {
            return Command.of("pgrep", "--oldest", "--parent", process);
        }

        @Override
        public Optional<String> parse(CommandResult result) {
            return result.ok() ? Optional.of(result.out().strip()) : Optional.empty();
        }
    }

    /** Empty: it has no first process yet. */
    static Optional<ContainerNetwork> of(Target target) {
        String status = target.ask(new FileText(STATUS.formatted(target.host().name()))).orElse("");
        Optional<String> init = found(INIT, status);
        if (init.isEmpty()) {
            return Optional.empty();
        }
        ContainerNetwork inside = of(target, init.get());
        if (!inside.seen().links().isEmpty()) {
            return Optional.of(inside);
        }
        // not even lo: after a start libvirt may still say which process it was before
        return found(CONTROLLER, status)
                .flatMap(controller -> target.ask(new FirstChild(controller)))
                .filter(child -> !child.equals(init.get()))
                .map(child -> of(target, child));
    }

    private static ContainerNetwork of(Target target, String process) {
        List<NetworkState.Found> found =
                target.askAll(List.of(new NetworkState(process), NetworkState.ofHost()));
        return new ContainerNetwork(process, found.get(0), found.get(1));
    }

    private static Optional<String> found(Pattern pattern, String status) {
        return Optional.of(pattern.matcher(status)).filter(Matcher::find).map(m -> m.group(1));
    }
}
