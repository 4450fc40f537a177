package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How packets of a host get to an IPv4 address (ip-route(8) {@code get}); empty if it has no route
 * there.
 */
public record RouteTo(String address) implements Fact.OfHost<Optional<RouteTo.Found>> {
    private static final Pattern ANSWER = Pattern.compile("\\S+ .*?dev (\\S+) src (\\S+) .*");

    /**
     * @param device the interface that they leave by
     * @param source the host's own address that they come from
     */
    public record Found(String device, String source) {}

    @Override
    public Command command() {
        return Command.of("ip", "-o", "-4", "route", "get", address);
    }

    @Override
    public Optional<Found> parse(CommandResult result) {
        // 10.0.0.1 via 192.168.1.1 dev eth0 src 192.168.1.5 uid 0 \    cache
        Matcher answer = ANSWER.matcher(result.out().lines().findFirst().orElse(""));
        return result.ok() && answer.matches()
                ? Optional.of(new Found(answer.group(1), answer.group(2)))
                : Optional.empty();
    }
}
