package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NetworkState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * With fixed addresses on a LAN ({@code bridge_network_range}): nobody there answers for those that
 * the lab is about to take. Machines of the lab that run have theirs.
 *
 * <pre>{@code
 * - free_addresses
 * }</pre>
 */
public record FreeAddresses() implements Requirement {
    /**
     * Who has addresses (ARP), MAC by address: a packet to each makes the kernel ask, and it waits
     * three seconds for an answer.
     */
    record Owners(List<String> addresses) implements Fact.OfHost<Map<String, String>> {
        private static final String ASK =
                "for a; do echo > /dev/udp/$a/9; done; sleep 1.5; ip -4 neighbour show";
        private static final Pattern OWNER =
                Pattern.compile("(\\S+) .*\\blladdr (\\S+) (?!FAILED).*");

        Owners {
            addresses = List.copyOf(addresses);
        }

        @Override
        public Command command() {
            var argv = new ArrayList<>(List.of("bash", "-c", ASK, "ask"));
            argv.addAll(addresses);
            return Command.of(argv);
        }

        @Override
        public Map<String, String> parse(CommandResult result) {
            var owners = new TreeMap<String, String>();
            for (String line : result.out().lines().toList()) {
                Matcher owner = OWNER.matcher(line);
                if (owner.matches() && addresses.contains(owner.group(1))) {
                    owners.put(owner.group(1), owner.group(2));
                }
            }
            return owners;
        }
    }

    @Override
    public String title() {
        return "the lab's addresses on the LAN are free";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        if (!plan.onLan() || plan.asksDhcp()) {
            return Diff.inOrder("others see to it");
        }
        Map<String, String> wanted = wanted(target, plan);
        if (wanted.isEmpty()) {
            return Diff.inOrder("the lab has them");
        }
        Set<String> own =
                plan.machines().stream().map(Reservation::mac).collect(Collectors.toSet());
        var clashes = new ArrayList<Problem>();
        target.ask(new Owners(List.copyOf(wanted.keySet())))
                .forEach((address, mac) -> {
                    if (!own.contains(mac)) {
                        clashes.add(
                                new Problem(
                                        "bridge_network_range",
                                        "%s, for %s, is taken: %s has it on the LAN; write addresses that are free"
                                                .formatted(address, wanted.get(address), mac)));
                    }
                });
        if (!clashes.isEmpty()) {
            throw new InvalidInput(clashes);
        }
        return Diff.inOrder("nobody answers for " + String.join(", ", wanted.keySet()));
    }

    /** Whose they will be, by address. */
    private static Map<String, String> wanted(Target target, AddressPlan plan) {
        var wanted = new TreeMap<String, String>();
        NetworkState.Found found = target.ask(NetworkState.ofHost());
        if (found.addresses().stream()
                .noneMatch(a -> a.address().startsWith(plan.virthost() + "/"))) {
            wanted.put(plan.virthost().text(), "the virthost's registry");
        }
        Map<String, Machine> machines = new HashMap<>();
        Hypervisor.machines(target).forEach(m -> machines.put(m.name(), m));
        for (Reservation machine : plan.machines()) {
            boolean runs =
                    Optional.ofNullable(machines.get(machine.machine()))
                            .filter(m -> m.running())
                            .flatMap(Machine::owner)
                            .filter(target.lab().tag()::equals)
                            .isPresent();
            if (!runs) {
                wanted.put(machine.address(), "'" + machine.machine() + "'");
            }
        }
        return wanted;
    }
}
