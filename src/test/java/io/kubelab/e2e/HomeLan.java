package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A LAN as people have it at home: this machine is its router, at .1, with a DHCP server that
 * serves whoever asks, names, and the way out. What is plugged into its switch, a bridge of this
 * machine, is on it.
 */
final class HomeLan implements AutoCloseable {
    private static final String FORWARDING = "net.ipv4.ip_forward";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final String network;
    private final LanDhcp dhcp;
    private final String forwarding;

    private HomeLan(String network, LanDhcp dhcp, String forwarding) {
        this.network = network;
        this.dhcp = dhcp;
        this.forwarding = forwarding;
    }

    /**
     * @param network {@code 192.168.1}, where this machine may be on no other LAN
     * @param leases file in which its server remembers whom it has served
     */
    static HomeLan start(String network, Path leases) {
        sweep(network);
        String hub = hub(network);
        String port = port(network);
        assertThat(run("ip -4 route show root %s.0/24".formatted(network)).succeeds().out())
                .as("another network %s.0/24 on this machine", network)
                .isEmpty();
        String forwarding = run("sysctl -n " + FORWARDING).succeeds().text();
        for (String command :
                new String[] {
                    "ip link add %s type bridge".formatted(hub),
                    "ip link add %s type veth peer name %s-far".formatted(port, hub),
                    "ip link set %s master %s up".formatted(port, hub),
                    "ip address add %s.1/24 dev %s".formatted(network, hub),
                    "ip link set %s up".formatted(hub),
                    "sysctl -q -w %s=1".formatted(FORWARDING)
                }) {
            run(command).succeeds();
        }
        wayOut("-I", network).forEach(rule -> run(rule).succeeds());
        return new HomeLan(network, LanDhcp.router(hub, network, leases), forwarding);
    }

    /** What one that was killed has left. */
    private static void sweep(String network) {
        run("ip link delete " + port(network));
        run("ip link delete " + hub(network));
        wayOut("-D", network).forEach(HomeLan::run);
    }

    private static List<String> wayOut(String action, String network) {
        return List.of(
                "iptables %s FORWARD -i %s -j ACCEPT".formatted(action, hub(network)),
                "iptables %s FORWARD -o %s -j ACCEPT".formatted(action, hub(network)),
                "iptables -t nat %1$s POSTROUTING -s %2$s.0/24 ! -d %2$s.0/24 -j MASQUERADE"
                        .formatted(action, network));
    }

    /** Its switch, of which there can be several: {@code khome1}. */
    private static String hub(String network) {
        return "khome" + network.replaceFirst("^.*[.]", "");
    }

    /** A port of the switch with nothing behind it, for a lab that has to name one. */
    private static String port(String network) {
        return hub(network) + "-uplink";
    }

    /** {@code 192.168.1}, of a /24. */
    String network() {
        return network;
    }

    /** The settings of a lab of this machine whose machines are on it. */
    String settings() {
        return settings(port(network), hub(network));
    }

    /**
     * The same for another virthost on it.
     *
     * @param nic its interface
     * @param bridge what is, or will be, its bridge
     */
    String settings(String nic, String bridge) {
        return """
        bridge_networking: true
        bridge_physical_nic: %1$s
        bridge_network_name: %2$s
        bridge_network_cidr: %3$s.0/24
        multus_ipam_subnet: %3$s.0/24
        multus_ipam_rangeStart: %3$s.200
        multus_ipam_rangeEnd: %3$s.216
        multus_ipam_gateway: %3$s.1
        """
                .formatted(nic, bridge, network);
    }

    /** The ports of this machine that are connected to an SSH server on it. */
    Set<String> sessions(String address) {
        var ports = new TreeSet<String>();
        run("ss -Htn state established dst %s dport = :22".formatted(address))
                .succeeds()
                .out()
                .lines()
                .map(line -> line.strip().split("\\s+")[2].replaceFirst("^.*:", ""))
                .forEach(ports::add);
        return ports;
    }

    /** Nothing gets from these ports of this machine to it from now on. */
    void cut(Set<String> ports) {
        ports.forEach(port -> drop("-I", port).succeeds());
    }

    /** Undoes {@link #cut}. */
    void join(Set<String> ports) {
        ports.forEach(port -> drop("-D", port).succeeds());
    }

    private Ran drop(String action, String port) {
        return run(
                "iptables %s OUTPUT -o %s -p tcp --sport %s -j DROP"
                        .formatted(action, hub(network), port));
    }

    private static Ran run(String command) {
        return Ran.run(SOON, command.split(" "));
    }

    @Override
    public void close() {
        dhcp.close();
        sweep(network);
        run("sysctl -q -w %s=%s".formatted(FORWARDING, forwarding)).succeeds();
    }
}
