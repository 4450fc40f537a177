package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.Set;

/**
 * Ports on the virthost's address in the lab's network that nobody else listens on: of the lab's
 * registry, and of the name server that libvirt runs.
 *
 * <pre>{@code
 * - free_ports
 * }</pre>
 */
public record FreePorts() implements Requirement {
    private static final String DNS = ":53";

    @Override
    public String title() {
        return "the ports that the lab needs on the virthost are free";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        if (!target.place().equals(target.lab().inventory().virthost())) {
            return Diff.inOrder("registry and name server are on another virthost");
        }
        target.askTogether(new ProcessArguments(), new ListeningSockets());
        RegistryPlace registry = RegistryPlace.of(target);
        var problems = new ArrayList<Problem>();
        if (isTaken(target, registry)) {
            problems.add(
                    new Problem(
                            "registry_port",
                            "another program listens on %s of %s ('ss -ltnp' there names it); end it, or choose another port"
                                    .formatted(registry.address(), target.place())));
        }
        Set<String> listening = target.ask(new ListeningSockets());
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        String nameServer = plan.nameServer() + DNS;
        // it has its own address, if the lab's is running
        if (!plan.onLan()
                && listening.contains(ListeningSockets.ANY + DNS)
                && !listening.contains(nameServer)) {
            problems.add(
                    new Problem(
                            target.place().name(),
                            "a name server listens on all addresses, and libvirt's needs port 53 of the lab's network; tell it to listen only where it has to (dnsmasq: bind-dynamic)"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return Diff.inOrder("nobody else listens on " + registry.address());
    }

    /** Whether somebody else's program has the registry's port. */
    static boolean isTaken(Target target, RegistryPlace place) {
        Set<String> listening = target.ask(new ListeningSockets());
        String port = place.address().substring(place.address().lastIndexOf(':'));
        return (listening.contains(place.address())
                        || listening.contains(ListeningSockets.ANY + port))
                && target.ask(new ProcessArguments()).stream()
                        .noneMatch(p -> p.contains(place.directory() + "/"));
    }
}
