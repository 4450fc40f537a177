package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A VXLAN device of the virthost, and where it sends what is for all (ip(8), bridge(8)).
 *
 * @param device its name
 */
record VxlanState(String device) implements Fact.OfHost<Optional<VxlanState.Found>> {
    /** The address of nobody stands for everybody who isn't known. */
    static final String ALL = "00:00:00:00:00:00";

    private static final Pattern FLAGS = Pattern.compile("^\\d+: \\S+ <([^>]*)> mtu (\\d+)");
    private static final Pattern MASTER = Pattern.compile(" master (\\S+)");
    private static final Pattern VXLAN =
            Pattern.compile(" vxlan id (\\d+) .*?local (\\S+) .*?dstport (\\d+)");
    private static final Pattern PEER = Pattern.compile("(?m)^" + ALL + " (?:.* )?dst (\\S+)");

    /**
     * @param master the bridge that it is a port of; empty: none
     * @param end its own number, address and port
     * @param peers addresses that it sends to
     */
    record Found(boolean up, int mtu, String master, End end, Set<String> peers) {}

    /** What can't be changed while it is there. */
    record End(int id, String local, int port) {}

    @Override
    public Command command() {
        return Command.of("ip", "-d", "-o", "link", "show", "dev", device)
                .then(Command.of("bridge", "fdb", "show", "dev", device));
    }

    @Override
    public Optional<Found> parse(CommandResult result) {
        Matcher flags = FLAGS.matcher(result.out());
        if (!flags.find()) {
            return Optional.empty();
        }
        Matcher master = MASTER.matcher(result.out());
        Matcher vxlan = VXLAN.matcher(result.out());
        var peers = new TreeSet<String>();
        PEER.matcher(result.out()).results().forEach(peer -> peers.add(peer.group(1)));
        return Optional.of(
                new Found(
                        Set.of(flags.group(1).split(",", -1)).contains("UP"),
                        Integer.parseInt(flags.group(2)),
                        master.find() ? master.group(1) : "",
                        vxlan.find()
                                ? new End(
                                        Integer.parseInt(vxlan.group(1)),
                                        vxlan.group(2),
                                        Integer.parseInt(vxlan.group(3)))
                                : new End(0, "", 0),
                        peers));
    }
}
