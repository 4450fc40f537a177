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
 * lets machines ask the virthost for addresses and names, and for nothing else. It names the
 * virthost's address in the machines' network, so that labs with the same port have a rule each.
 *
 * <p>It is not permanent: for that firewalld would copy the zone, which is its package's, to
 * /etc/firewalld, where it stays when the rule has gone.
 *
 * @param zone that the bridge is in, or belongs to
 * @param putIn whether the bridge is in no zone, and has to be put there
 */
record RegistryRule(String zone, Optional<String> putIn, String address, String port) {
    /** firewall-cmd itself takes a third of a second to find out that it doesn't, pgrep a while. */
    static final Succeeds FIREWALLD_RUNS =
            new Succeeds(
                    Command.of("test", "-e", "/usr/bin/firewall-cmd")
                            .then(Command.of("pgrep", "-f", "/sbin/firewalld"))
                            .then(Command.of("firewall-cmd", "--state")));

    /** libvirt puts its networks' bridges there. */
    private static final String LIBVIRT = "libvirt";

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

    /** The zone of all interfaces that are in no other. */
    record DefaultZone() implements Fact.OfHost<String> {
        @Override
        public Command command() {
            return Command.of("firewall-cmd", "--get-default-zone");
        }

        @Override
        public String parse(CommandResult result) {
            return result.out().strip();
        }
    }

    /** A bridge into the LAN stays where it is: libvirt's zone would shut the virthost off. */
    static RegistryRule of(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        Optional<String> zone = target.ask(new Zone(plan.bridge()));
        return new RegistryRule(
                zone.orElseGet(() -> plan.onLan() ? target.ask(new DefaultZone()) : LIBVIRT),
                zone.isPresent() || plan.onLan() ? Optional.empty() : Optional.of(plan.bridge()),
                plan.virthost().text(),
                String.valueOf(target.settings().bundle().registryPort()));
    }

    Succeeds isThere() {
        return new Succeeds(inZone("--query-rich-rule=" + text()));
    }

    Change added() {
        return run(inZone("--add-rich-rule=" + text()));
    }

    Change removed() {
        return run(inZone("--remove-rich-rule=" + text()));
    }

    Change bridgeIn(String bridge) {
        return run(inZone("--change-interface=" + bridge));
    }

    private String text() {
        return "rule family=\"ipv4\" destination address=\"%s\" port port=\"%s\" protocol=\"tcp\" accept"
                .formatted(address, port);
    }

    private Command inZone(String what) {
        return Command.of("firewall-cmd", "--zone=" + zone, what);
    }

    private static Change run(Command command) {
        return new Change.Run(
                command,
                LIMIT,
                "Its output says why; firewalld's zone 'libvirt' comes with libvirt's package ('firewall-cmd --reload' reads it).");
    }
}
