package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What TCP over IPv4 listens on: {@code address:port} (proc_net_tcp in the kernel's documents). Who
 * listens on all addresses of IPv6 does so on those of IPv4.
 */
public record ListeningSockets() implements Fact.OfHost<Set<String>> {
    /** All addresses. */
    static final String ANY = "0.0.0.0";

    private static final String LISTEN = "0A";
    private static final int OF_IPV4 = 8;

    @Override
    public Command command() {
        return Command.of("cat", "/proc/net/tcp", "/proc/net/tcp6");
    }

    @Override
    public Set<String> parse(CommandResult result) {
        return result.out()
                .lines()
                .map(line -> List.of(line.strip().split("\\s+")))
                .filter(fields -> fields.size() > 3 && fields.get(3).equals(LISTEN))
                .map(fields -> List.of(fields.get(1).split(":", -1)))
                .filter(field -> isIpv4(field.getFirst()))
                .map(field ->
                        "%s:%d"
                                .formatted(
                                        address(field.getFirst()),
                                        Integer.parseInt(field.getLast(), 16)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isIpv4(String address) {
        return address.length() == OF_IPV4 || address.matches("0+");
    }

    /** {@code 0101A8C0}: the address as a number of a little-endian machine. */
    private static String address(String field) {
        var octets = new ArrayList<String>();
        for (int at = OF_IPV4 - 2; at >= 0; at -= 2) {
            octets.add(String.valueOf(Integer.parseInt(field.substring(at, at + 2), 16)));
        }
        return String.join(".", octets);
    }
}
