package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What TCP over IPv4 listens on: {@code address:port} (proc_net_tcp in the kernel's documents). */
public record ListeningSockets() implements Fact.OfHost<Set<String>> {
    private static final String LISTEN = "0A";

    @Override
    public Command command() {
        return Command.of("cat", "/proc/net/tcp");
    }

    @Override
    public Set<String> parse(CommandResult result) {
        return result.out()
                .lines()
                .map(line -> List.of(line.strip().split("\\s+")))
                .filter(fields -> fields.size() > 3 && fields.get(3).equals(LISTEN))
                .map(fields -> address(fields.get(1)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** {@code 0101A8C0:1388}: the address as a number of a little-endian machine. */
    private static String address(String field) {
        var octets = new ArrayList<String>();
        for (int at = 6; at >= 0; at -= 2) {
            octets.add(String.valueOf(Integer.parseInt(field.substring(at, at + 2), 16)));
        }
        return String.join(".", octets) + ":" + Integer.parseInt(field.substring(9), 16);
    }
}
