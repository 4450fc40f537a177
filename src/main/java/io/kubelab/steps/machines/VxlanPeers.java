package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Whom each VXLAN device of the virthost sends to what is for all (bridge(8)). */
record VxlanPeers() implements Fact.OfHost<VxlanPeers.Found> {
    private static final Pattern LINE =
            Pattern.compile(
                    "(?m)^" + VxlanState.ALL + " dev (?<device>\\S+) (?:.* )?dst (?<peer>\\S+)");

    /** One device sends to one peer. */
    record Entry(String device, String peer) {}

    record Found(List<Entry> entries) {
        Found {
            entries = List.copyOf(entries);
        }

        Set<String> of(Collection<String> devices) {
            return peers(devices::contains);
        }

        Set<String> ofOthersThan(Collection<String> devices) {
            return peers(device -> !devices.contains(device));
        }

        private Set<String> peers(Predicate<String> devices) {
            var peers = new TreeSet<String>();
            entries.stream()
                    .filter(e -> devices.test(e.device()))
                    .forEach(e -> peers.add(e.peer()));
            return peers;
        }
    }

    @Override
    public Command command() {
        return Command.of("bridge", "fdb", "show");
    }

    @Override
    public Found parse(CommandResult result) {
        var entries = new ArrayList<Entry>();
        LINE.matcher(result.out())
                .results()
                .forEach(e -> entries.add(new Entry(e.group("device"), e.group("peer"))));
        return new Found(entries);
    }
}
