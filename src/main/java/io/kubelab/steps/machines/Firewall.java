package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What libvirt has put into the kernel's packet filter: chains of its own, and the rules that lead
 * to them. It takes the contents of the chains away with a network, the chains never.
 *
 * @param program {@code iptables} or {@code ip6tables}
 */
record Firewall(String program) implements Fact.OfHost<Firewall.Found> {
    private static final String CHAIN = "LIBVIRT_";

    /**
     * @param jumps rules that lead to a chain of libvirt's
     * @param inUse one of its chains has rules
     */
    record Found(List<Rule> jumps, List<Chain> chains, boolean inUse) {}

    /**
     * @param chain the kernel's own one that the rule is in
     */
    record Rule(String table, String chain, String destination) {}

    record Chain(String table, String name) {}

    @Override
    public Command command() {
        return Command.of(program + "-save");
    }

    @Override
    public Found parse(CommandResult result) {
        var jumps = new ArrayList<Rule>();
        var chains = new ArrayList<Chain>();
        boolean inUse = false;
        String table = "";
        for (String line : result.out().lines().toList()) {
            String[] words = line.split(" ", -1);
            if (line.startsWith("*")) {
                table = line.substring(1);
            } else if (line.startsWith(":" + CHAIN)) {
                chains.add(new Chain(table, words[0].substring(1)));
            } else if (line.startsWith("-A " + CHAIN)) {
                inUse = true;
            } else if (line.startsWith("-A ") && words[words.length - 1].startsWith(CHAIN)) {
                jumps.add(new Rule(table, words[1], words[words.length - 1]));
            }
        }
        return new Found(List.copyOf(jumps), List.copyOf(chains), inUse);
    }

    /** Takes away empty chains and what leads to them. */
    Optional<Command> removal(Found found) {
        var commands = new ArrayList<Command>();
        if (!found.inUse()) {
            for (Rule rule : found.jumps()) {
                commands.add(
                        Command.of(
                                program,
                                "-w",
                                "-t",
                                rule.table(),
                                "-D",
                                rule.chain(),
                                "-j",
                                rule.destination()));
            }
            for (Chain chain : found.chains()) {
                commands.add(Command.of(program, "-w", "-t", chain.table(), "-X", chain.name()));
            }
        }
        return commands.stream().reduce(Command::then);
    }
}
