package io.kubelab.steps.bundle;

import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.Succeeds;
import java.time.Duration;
import java.util.Optional;

/**
 * The one exception that a lab needs of firewalld (firewall-cmd(1)): the zone of libvirt's networks
 * lets machines ask the virthost for addresses and names, and for nothing else. It names the lab's
 * own address, so that labs with the same port have a rule each.
 *
 * <p>It is not permanent: for that firewalld would copy the zone, which is its package's, to
 * /etc/firewalld, where it stays when the rule has gone.
 *
 * @param bridge of the lab's network
 * @param address of the virthost in that network
 */
record RegistryRule(String bridge, String address, String port) {
    /** firewall-cmd itself takes a third of a second to find out that it doesn't. */
    static final Succeeds FIREWALLD_RUNS =
            new Succeeds(
                    Command.of("pgrep", "-f", "/sbin/firewalld")
                            .then(Command.of("firewall-cmd", "--state")));

    /** libvirt puts its networks' bridges there. */
    static final String LIBVIRT = "libvirt";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The zone that an interface has been put into, by anybody. */
    record Zone(String bridge) implements Fact.OfHost<Optional<String>> {
        @Override
        public Command command() {
            return Command.of("firewall-cmd", "--get-zone-of-interface=" + bridge);
        }

        @Override
        public Optional<String> parse(CommandResult result) {
            return result.ok() ? Optional.of(result.out().strip()) : Optional.empty();
        }
    }

    static RegistryRule of(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        return new RegistryRule(
                plan.bridge(),
                plan.gateway().text(),
                String.valueOf(target.settings().bundle().registryPort()));
    }

    Zone zone() {
        return new Zone(bridge);
    }

    Succeeds isThere(String zone) {
        return new Succeeds(in(zone, "--query-rich-rule=" + text()));
    }

    Change added(String zone) {
        return run(in(zone, "--add-rich-rule=" + text()));
    }

    Change removed(String zone) {
        return run(in(zone, "--remove-rich-rule=" + text()));
    }

    Change bridgeIn(String zone) {
        return run(in(zone, "--change-interface=" + bridge));
    }

    private String text() {
        return "rule family=\"ipv4\" destination address=\"%s\" port port=\"%s\" protocol=\"tcp\" accept"
                .formatted(address, port);
    }

    private static Command in(String zone, String what) {
        return Command.of("firewall-cmd", "--zone=" + zone, what);
    }

    private static Change run(Command command) {
        return new Change.Run(
                command,
                LIMIT,
                "Its output says why; firewalld's zone 'libvirt' comes with libvirt's package ('firewall-cmd --reload' reads it).");
    }
}
