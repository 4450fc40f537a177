package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Cidr;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The IPv4 routes of a host, default routes left out (proc(5), /proc/net/route). */
public record Routes() implements Fact.OfHost<List<Routes.Route>> {
    /**
     * @param device the interface that it goes through
     */
    public record Route(Cidr destination, String device) {}

    @Override
    public Command command() {
        return Command.of("cat", "/proc/net/route");
    }

    @Override
    public List<Route> parse(CommandResult result) {
        var routes = new ArrayList<Route>();
        for (String line : result.out().lines().skip(1).toList()) {
            String[] fields = line.trim().split("\\s+", -1);
            int prefix = Integer.bitCount((int) Long.parseLong(fields[7], 16));
            if (prefix > 0) {
                routes.add(
                        new Route(
                                new Cidr(address(Long.parseLong(fields[1], 16)) + "/" + prefix),
                                fields[0]));
            }
        }
        return List.copyOf(routes);
    }

    /** The kernel prints addresses as numbers of the machine's byte order. */
    private static String address(long littleEndian) {
        return IntStream.range(0, 4)
                .mapToObj(i -> String.valueOf(littleEndian >> (8 * i) & 0xff))
                .collect(Collectors.joining("."));
    }
}
