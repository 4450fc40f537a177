package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.settings.Address;
import io.kubelab.settings.MultusSettings;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Fact;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NetworkState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The workstation knows which address the LAN's DHCP server has given the machine. A container is
 * looked into; a virtual machine says it by its guest agent or on its console, and the virthost's
 * kernel knows it of machines that it has talked with. What lacks is told by how far the machine
 * has got, with the end of its console.
 *
 * <pre>{@code
 * - machine_address
 * }</pre>
 */
public record MachineAddress() implements Step {
    private static final String LINK = "eth0";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * How far the DHCP client of a container has got, in its own words
     * (org.freedesktop.network1(5), RFC 2131); empty: there is none yet.
     *
     * @param process of the container
     * @param link number of the interface there
     */
    record Client(String process, int link) implements Fact.OfHost<String> {
        private static final Pattern ANSWER = Pattern.compile("s \"([^\"]*)\"");

        @Override
        public Command command() {
            String number = String.valueOf(link);
            return Command.of(
                    "nsenter",
                    "--target",
                    process,
                    "--mount",
                    "busctl",
                    "--timeout=3",
                    "get-property",
                    "org.freedesktop.network1",
                    // D-Bus has no names that begin with a digit
                    "/org/freedesktop/network1/link/_3" + number,
                    "org.freedesktop.network1.DHCPv4Client",
                    "State");
        }

        @Override
        public String parse(CommandResult result) {
            Matcher answer = ANSWER.matcher(result.out());
            return answer.find() ? answer.group(1) : "";
        }
    }

    /** How many packets an interface of the virthost has taken from its machine. */
    record Sent(String link) implements Fact.OfHost<Long> {
        @Override
        public Command command() {
            return Command.of("cat", "/sys/class/net/%s/statistics/rx_packets".formatted(link));
        }

        @Override
        public Long parse(CommandResult result) {
            String number = result.out().strip();
            return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0L;
        }
    }

    @Override
    public String title() {
        return "the machine's address is known";
    }

    @Override
    public Diff diff(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        if (!plan.asksDhcp()) {
            return Diff.inOrder("it is " + plan.machine(target.host().name()).address());
        }
        return target.settings().machines().domainType().isContainer()
                ? ofContainer(target, plan)
                : ofVirtualMachine(target, plan);
    }

    private static Diff ofContainer(Target target, AddressPlan plan) {
        Optional<ContainerNetwork> container = ContainerNetwork.of(target);
        Optional<NetworkState.Link> link = container.flatMap(c -> c.seen().link(LINK));
        if (link.isEmpty()) {
            return pending(target, "to start", "");
        }
        return container.get().seen().addresses().stream()
                .filter(a -> a.link().equals(LINK))
                .map(a -> a.address().split("/", 2)[0])
                .findFirst()
                .map(address -> known(target, plan, address))
                .orElseGet(() ->
                        pending(
                                target,
                                stage(
                                        target.ask(
                                                new Client(
                                                        container.get().process(),
                                                        link.get().index()))),
                                ""));
    }

    private static String stage(String state) {
        return switch (state) {
            case "selecting", "init", "init-reboot", "rebooting" ->
                    "to get an address by DHCP: it has asked, and none was offered";
            case "requesting" ->
                    "to get an address by DHCP: one was offered, and the server has not confirmed it";
            case "bound", "renewing", "rebinding" ->
                    "to take the address that it was given by DHCP";
            default -> "to ask for an address: it has sent no DHCP request";
        };
    }

    private static Diff ofVirtualMachine(Target target, AddressPlan plan) {
        GuestAddress found = GuestAddress.find(target, plan);
        return found.address()
                .map(address -> known(target, plan, address))
                .orElseGet(() ->
                        pending(
                                target,
                                found.saysNone()
                                        ? "to get an address by DHCP: it has started and says that it has none"
                                        : silence(target, plan),
                                MachineReachable.console(target)));
    }

    private static String silence(Target target, AddressPlan plan) {
        String mac = plan.machine(target.host().name()).mac();
        return target.ask(NetworkState.ofHost())
                        .linkWithMac(MachinePlugged.plug(mac))
                        .filter(plug -> target.ask(new Sent(plug.name())) > 0)
                        .isPresent()
                ? "to get an address by DHCP: it sends, and has told of no address"
                : "to ask for an address: it has sent nothing, no DHCP request either";
    }

    private static Diff known(Target target, AddressPlan plan, String found) {
        fits(target, plan, new Address(found));
        Path file = target.lab().places().leases().resolve(target.host().name());
        return WorkstationFiles.text(target, file).filter(t -> t.strip().equals(found)).isPresent()
                ? Diff.inOrder("DHCP gave it " + found)
                : Diff.needs(
                        new Change.WriteLocalFile(file, new Content.Text(found + "\n"), "0644"));
    }

    /** The server may give what the settings say is others'. */
    private static void fits(Target target, AddressPlan plan, Address found) {
        String name = target.host().name();
        MultusSettings multus = target.settings().multus();
        if (!plan.subnet().contains(found)) {
            throw new InvalidInput(
                    "bridge_network_cidr",
                    "a DHCP server gave %s the address %s, which is not of the LAN %s; write the LAN's own network"
                            .formatted(name, found, plan.subnet()));
        }
        if (multus.podRange().contains(found)) {
            throw new InvalidInput(
                    "multus_ipam_rangeStart",
                    "the LAN's DHCP server gave %s the address %s, which is one of the pods' (%s); pods need a range that the server doesn't give away"
                            .formatted(name, found, multus.podRange()));
        }
    }

    private static Diff pending(Target target, String stage, String console) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        String name = target.host().name();
        String remedy =
                "Is there a DHCP server on the LAN, has it an address left, and does it serve %s? Without one, write bridge_network_range: addresses of the LAN that nobody else has."
                        .formatted(plan.machine(name).mac());
        return new Diff.Pending(
                name + " " + stage,
                PATIENCE,
                new Diff.Wake.Every(Duration.ofMillis(500)),
                console.isEmpty() ? remedy : remedy + "\n" + console);
    }
}
