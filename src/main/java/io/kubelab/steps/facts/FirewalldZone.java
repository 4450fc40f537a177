package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Fact;
import java.time.Duration;

/**
 * A zone of firewalld, and what can be asked and changed of it (firewall-cmd(1)). Nothing is
 * permanent: for that firewalld would copy the zone, which is its package's, to /etc/firewalld,
 * where it stays when the change has gone.
 */
public record FirewalldZone(String name) {
    /** libvirt puts its networks' bridges there: machines may send to each other and away. */
    public static final FirewalldZone OF_LIBVIRT = new FirewalldZone("libvirt");

    /** firewall-cmd itself takes a third of a second to find out that it doesn't, pgrep a while. */
    public static final Succeeds FIREWALLD_RUNS =
            new Succeeds(
                    Command.of("test", "-e", "/usr/bin/firewall-cmd")
                            .then(Command.of("pgrep", "-f", "/sbin/firewalld"))
                            .then(Command.of("firewall-cmd", "--state")));

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The zone of all packets that belong to no other. */
    public record Default() implements Fact.OfHost<FirewalldZone> {
        @Override
        public Command command() {
            return Command.of("firewall-cmd", "--get-default-zone");
        }

        @Override
        public FirewalldZone parse(CommandResult result) {
            return new FirewalldZone(result.out().strip());
        }
    }

    /**
     * @param rule in firewalld's rich language
     */
    public Succeeds has(String rule) {
        return new Succeeds(in("--query-rich-rule=" + rule));
    }

    /** Whether a rule is somebody's who wants it to stay. */
    public Succeeds keeps(String rule) {
        return new Succeeds(
                Command.of(
                        "firewall-cmd",
                        "--permanent",
                        "--zone=" + name,
                        "--query-rich-rule=" + rule));
    }

    public Change adds(String rule) {
        return change("--add-rich-rule=" + rule);
    }

    public Change removes(String rule) {
        return change("--remove-rich-rule=" + rule);
    }

    public Change takes(String device) {
        return change("--change-interface=" + device);
    }

    public Change letsGo(String device) {
        return change("--remove-interface=" + device);
    }

    private Command in(String what) {
        return Command.of("firewall-cmd", "--zone=" + name, what);
    }

    private Change change(String what) {
        return new Change.Run(
                in(what),
                LIMIT,
                "Its output says why; firewalld's zone 'libvirt' comes with libvirt's package ('firewall-cmd --reload' reads it).");
    }
}
