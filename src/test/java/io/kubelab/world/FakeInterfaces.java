package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The network interfaces of a virthost and of the containers on it: of its LAN, of libvirt's
 * networks, of machines that run, and {@link FakeLinks}.
 */
final class FakeInterfaces {
    private final FakeHost host;
    private final FakeHypervisor hypervisor;
    private final FakeLinks links = new FakeLinks();

    private FakeInterfaces(FakeHost host, FakeHypervisor hypervisor) {
        this.host = host;
        this.hypervisor = hypervisor;
    }

    static void model(FakeHost host, FakeHypervisor hypervisor) {
        var interfaces = new FakeInterfaces(host, hypervisor);
        host.live("/proc/net/route", interfaces::routes);
        host.model("ip", ((Program) interfaces::ip).batched());
        host.model("bridge", interfaces.links::bridge);
        host.model("nsenter", ((Program) interfaces::inNamespace).batched());
        // what succeeds whatever its status
        host.model(
                "sh",
                (h, call) ->
                        call.words().getLast().endsWith("; true")
                                ? prints(interfaces.greeting(call.words().getLast()))
                                : fails(127, "sh: not modelled\n"));
    }

    private String routes() {
        return "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
                + hypervisor.networks().stream()
                        .filter(n -> n.active() && n.asked().flatMap(a -> a.nat()).isPresent())
                        .map(n ->
                                "%s\t%s\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
                                        .formatted(
                                                n.bridge(),
                                                littleEndian(
                                                        n.asked()
                                                                .flatMap(a -> a.nat())
                                                                .orElseThrow()
                                                                .gateway()
                                                                .replaceFirst("\\d+$", "0"))))
                        .collect(Collectors.joining());
    }

    static String littleEndian(String address) {
        String[] octets = address.split("\\.");
        return "%02X%02X%02X%02X"
                .formatted(
                        Integer.parseInt(octets[3]),
                        Integer.parseInt(octets[2]),
                        Integer.parseInt(octets[1]),
                        Integer.parseInt(octets[0]));
    }

    /** What the SSH server of a machine says to whoever connects to its address. */
    private String greeting(String script) {
        return runningMachines().stream()
                        .map(m -> m.nics().getFirst())
                        .map(n -> n.address().isEmpty() ? Nodes.lease(n.mac()) : n.address())
                        .anyMatch(address -> script.contains("/dev/tcp/%s/22".formatted(address)))
                ? "SSH-2.0-OpenSSH_10.0\n"
                : "";
    }

    /** Bridges of networks, and a plug in one for each interface of a machine that runs. */
    private CommandResult ip(FakeHost h, Program.Call call) {
        if (call.has("neighbour") || links.change(h, "", call)) {
            return prints("");
        }
        if (call.has("get")) {
            return prints(
                    "%s dev br0 src 192.168.1.119 uid 0 \\    cache \n"
                            .formatted(call.words().getLast()));
        }
        if (call.has("show") && call.has("dev")) {
            String device = links.devices(call.option("dev"));
            return device.isEmpty() ? fails(1, "Device does not exist.\n") : prints(device);
        }
        var lan = new StringBuilder(shown(call, 2, "enp1s0f1", "master br0", "", 0));
        lan.append(shown(call, 3, "br0", "", "192.168.1.119", 24));
        var active = hypervisor.networks().stream().filter(n -> n.active()).toList();
        var text = new StringBuilder(lan);
        for (int i = 0; i < active.size(); i++) {
            NetworkSpec network = active.get(i).asked().orElseThrow();
            String[] given = (links.address(network.bridge()) + "/0").split("/", -1);
            text.append(
                    shown(
                            call,
                            10 + i,
                            network.bridge(),
                            "",
                            network.nat().map(NetworkSpec.Nat::gateway).orElse(given[0]),
                            network.nat()
                                    .map(NetworkSpec.Nat::prefix)
                                    .orElse(Integer.parseInt(given[1]))));
        }
        if (call.has("link")) {
            text.append(links.devices(""));
        }
        for (MachineSpec machine : runningMachines()) {
            for (MachineSpec.Nic nic : machine.nics()) {
                String bridge =
                        active.stream()
                                .filter(n -> n.name().equals(nic.network()))
                                .map(n -> n.bridge())
                                .findFirst()
                                .or(nic::bridge)
                                .orElse("");
                text.append(
                        shown(
                                call,
                                plug(nic),
                                "vnet%d@if%d".formatted(plug(nic), 2 + machine.nics().indexOf(nic)),
                                "master %s link/ether fe%s"
                                        .formatted(bridge, nic.mac().substring(2)),
                                "",
                                0));
            }
        }
        return prints(text.toString());
    }

    /** A machine's own interfaces, as libvirt made them. */
    private CommandResult inNamespace(FakeHost h, Program.Call call) {
        String pid = call.option("--net").replaceAll("\\D+", "");
        var inside = new Program.Call(call.words().subList(2, call.words().size()), Map.of(), "");
        if (links.change(h, pid, inside)) {
            return prints("");
        }
        for (MachineSpec machine : runningMachines()) {
            String status = "/run/libvirt/lxc/" + machine.name() + ".xml";
            if (host.run(Command.of("cat", status)).out().contains("'" + pid + "'")) {
                var text = new StringBuilder();
                for (int i = 0; i < machine.nics().size(); i++) {
                    MachineSpec.Nic nic = machine.nics().get(i);
                    String link = "eth%d@if%d".formatted(i, plug(nic));
                    boolean asks = nic.address().isEmpty() && asksDhcp(machine.guest());
                    String address = asks ? Nodes.lease(nic.mac()) : nic.address();
                    text.append(
                            shown(call, 2 + i, link, "", address, asks ? 24 : nic.prefix())
                                    .replace("mtu 1500", "mtu " + links.mtu(pid, "eth" + i)));
                    nic.gateway()
                            .filter(_ -> call.has("route"))
                            .ifPresent(g -> text.append("default via %s dev eth0 \n".formatted(g)));
                }
                return prints(text.toString());
            }
        }
        return fails(1, "nsenter: cannot open %s\n".formatted(call.words().getFirst()));
    }

    /** Whether systemd in a container has been told to. */
    private boolean asksDhcp(MachineSpec.Guest guest) {
        return guest instanceof MachineSpec.Container container
                && host.run(
                                Command.of(
                                        "cat",
                                        container.root()
                                                + "/etc/systemd/system/multi-user.target.d/kubelab-lan.conf"))
                        .out()
                        .contains("Wants=systemd-networkd.service")
                && host.run(
                                Command.of(
                                        "cat",
                                        container.root()
                                                + "/etc/systemd/network/kubelab-lan.network"))
                        .out()
                        .contains("DHCP=ipv4");
    }

    private List<MachineSpec> runningMachines() {
        return hypervisor.machines().stream()
                .filter(m -> m.running())
                .map(m -> m.asked().orElseThrow())
                .toList();
    }

    private int plug(MachineSpec.Nic nic) {
        return 20
                + runningMachines().stream().flatMap(m -> m.nics().stream()).toList().indexOf(nic);
    }

    /** A line of {@code ip -o link}, {@code ip -o address} or {@code ip route}. */
    private static String shown(
            Program.Call call, int index, String link, String master, String address, int prefix) {
        String plain = link.replaceFirst("@.*", "");
        if (call.has("link")) {
            return "%d: %s: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 %s state UP\n"
                    .formatted(index, link, master);
        } else if (address.isEmpty()) {
            return "";
        } else if (call.has("address")) {
            return "%d: %s    inet %s/%d scope global\n".formatted(index, plain, address, prefix);
        }
        return "%s/%d dev %s proto kernel scope link src %s \n"
                .formatted(address.replaceFirst("\\d+$", "0"), prefix, plain, address);
    }
}
