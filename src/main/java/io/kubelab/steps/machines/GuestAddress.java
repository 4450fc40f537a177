package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Where the address of a virtual machine that asks DHCP is found: its guest agent says it, or the
 * table that cloud-init prints on its console at each boot; else it is at that of the virthost's
 * neighbours with its MAC address where an SSH server answers.
 *
 * @param address empty: not found
 * @param saysNone whether the machine has said that it has no address
 */
record GuestAddress(Optional<String> address, boolean saysNone) {
    /** The largest LAN whose addresses are all asked for: a kernel knows 1024 neighbours. */
    private static final int PREFIX = 24;

    /**
     * What the machine's guest agent says of an interface; empty: no agent answers, else its
     * addresses.
     */
    record ByAgent(String machine, String mac) implements Fact.OfVirthost<Optional<List<String>>> {
        @Override
        public Optional<List<String>> read(VirtualMachines machines) {
            return machines.saidByAgent(machine, mac);
        }
    }

    /**
     * What the machine has said of an interface on its console since its kernel started; empty:
     * nothing, else its addresses.
     */
    record OnConsole(String path, String mac) implements Fact.OfHost<Optional<List<String>>> {
        private static final String START = "Linux version ";
        private static final String ADDRESS = "[0-9]+(\\.[0-9]+){3}";

        @Override
        public Command command() {
            return Command.of("grep", "--text", "--extended-regexp", START + "|" + mac, path);
        }

        @Override
        public Optional<List<String>> parse(CommandResult result) {
            List<String> lines = result.out().lines().toList();
            int start = lines.size();
            while (start > 0 && !lines.get(start - 1).contains(START)) {
                start--;
            }
            // interface, whether it is up, address, mask, scope, MAC
            List<String[]> rows =
                    lines.subList(start, lines.size()).stream()
                            .map(line -> line.split(" *\\| *"))
                            .filter(row -> row.length >= 7 && row[6].equals(mac))
                            .toList();
            return rows.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            rows.stream()
                                    .map(row -> row[3])
                                    .filter(a -> a.matches(ADDRESS))
                                    .toList());
        }
    }

    /**
     * Which addresses have the MAC as far as the virthost's kernel knows (ip-neighbour(8)), or had
     * it a while ago.
     */
    record Neighbours(String bridge, String mac) implements Fact.OfHost<List<String>> {
        @Override
        public Command command() {
            return Command.of("ip", "-4", "neighbour", "show", "dev", bridge);
        }

        @Override
        public List<String> parse(CommandResult result) {
            return result.out()
                    .lines()
                    .filter(line -> line.contains(" lladdr " + mac + " "))
                    .map(line -> line.split(" ", 2)[0])
                    .toList();
        }
    }

    static GuestAddress find(Target target, AddressPlan plan) {
        String name = target.host().name();
        String mac = plan.machine(name).mac();
        if (!target.ask(new LibvirtListening(target))) {
            return new GuestAddress(Optional.empty(), false);
        }
        var byAgent = new ByAgent(name, mac);
        var onConsole = new OnConsole(MachinePlaces.of(target).console(), mac);
        var neighbours = new Neighbours(plan.bridge(), mac);
        target.askTogether(byAgent, onConsole, neighbours);
        Optional<List<String>> agent = target.ask(byAgent);
        if (agent.isPresent()) {
            return said(agent.get(), plan.subnet());
        }
        Optional<GuestAddress> console =
                target.ask(onConsole).map(addresses -> said(addresses, plan.subnet()));
        if (console.flatMap(GuestAddress::address).isPresent()) {
            return console.get();
        }
        Optional<String> neighbour = answering(target, target.ask(neighbours));
        if (neighbour.isPresent() || console.isEmpty() || plan.subnet().prefix() < PREFIX) {
            return new GuestAddress(neighbour, console.isPresent());
        }
        // it tells nobody of an address that comes late, so everybody is asked
        return new GuestAddress(answering(target, owned(target, plan.subnet(), mac)), true);
    }

    /** Of several addresses one of the LAN. */
    private static GuestAddress said(List<String> addresses, Cidr lan) {
        return new GuestAddress(
                addresses.stream()
                        .filter(a -> lan.contains(new Address(a)))
                        .findFirst()
                        .or(() -> addresses.stream().findFirst()),
                addresses.isEmpty());
    }

    /** A kernel remembers neighbours that have gone. */
    private static Optional<String> answering(Target target, Collection<String> addresses) {
        return addresses.stream()
                .filter(address ->
                        target.ask(new MachineReachable.Reached(address))
                                == MachineReachable.Stage.ANSWERS)
                .findFirst();
    }

    private static List<String> owned(Target target, Cidr lan, String mac) {
        List<String> all =
                LongStream.range(1, lan.last().minus(lan.address(0)))
                        .mapToObj(number -> lan.address(number).text())
                        .toList();
        var owned = new ArrayList<String>();
        target.ask(new FreeAddresses.Owners(all))
                .forEach((address, owner) -> {
                    if (owner.equals(mac)) {
                        owned.add(address);
                    }
                });
        return owned;
    }
}
