package io.kubelab.machines;

import io.kubelab.inventory.Inventory;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.NetworkSpec.Nat;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who has which address in the machines' network, decided before anything is made: machines have
 * fixed addresses that follow from their place in the list, and pods on macvlan have the range of
 * {@code multus_ipam_*}. In a network of the lab's own the virthost is gateway and name server, and
 * DHCP gives away none of these addresses; on a LAN others are, and where its DHCP server gives
 * machines theirs, an address is known once the machine has it.
 *
 * @param onLan whether machines are on the virthost's LAN, and not in a network of the lab's own
 * @param asksDhcp whether they ask there for their addresses
 * @param network name of the libvirt network that the lab has unless machines are on a LAN
 * @param bridge what machines are plugged into on the virthost
 * @param gateway where machines' default route leads
 * @param virthost the virthost's own address in the network; {@link #NOWHERE}: not known yet
 * @param machines an address that is not known yet is empty
 */
public record AddressPlan(
        boolean onLan,
        boolean asksDhcp,
        String network,
        String bridge,
        Cidr subnet,
        Address gateway,
        Address virthost,
        Address nameServer,
        List<Reservation> machines) {
    /**
     * What every machine calls the API servers of the cluster, of whichever one answers; kubeadm's
     * {@code controlPlaneEndpoint} where there may be several.
     */
    public static final String API_SERVER = "kube-api";

    /** Nobody's address. */
    public static final Address NOWHERE = new Address("0.0.0.0");

    /**
     * The addresses that follow from the settings; whether they clash is for {@code lab} to say
     * before a run.
     */
    public static AddressPlan of(LabTag lab, Settings settings) {
        NetworkSettings network = settings.network();
        Cidr subnet = network.machineNetwork();
        Address gateway =
                subnet.contains(settings.multus().multusIpamGateway())
                        ? settings.multus().multusIpamGateway()
                        : subnet.address(1);
        var machines = new ArrayList<Reservation>();
        for (VirtualMachine machine : settings.machines().virtualMachines()) {
            int place = machines.size();
            String address =
                    machine.staticIp()
                            .or(() ->
                                    network.asksDhcp()
                                            ? Optional.empty()
                                            : Optional.of(network.firstMachine().plus(place)))
                            .map(Address::text)
                            .orElse("");
            machines.add(new Reservation(machine.name(), mac(lab.uuid(), machine.name()), address));
        }
        boolean onLan = network.bridgeNetworking();
        return new AddressPlan(
                onLan,
                network.asksDhcp(),
                "kubelab-" + lab.name(),
                onLan ? network.bridgeNetworkName() : bridgeName(lab),
                subnet,
                gateway,
                onLan ? network.virthostOnLan().orElse(NOWHERE) : gateway,
                onLan ? new Address(network.bridgeNetworkDns()) : gateway,
                List.copyOf(machines));
    }

    /** The machine's first interface. */
    public MachineSpec.Nic nic(String machine) {
        Reservation place = machine(machine);
        return new MachineSpec.Nic(
                onLan ? "" : network,
                onLan ? Optional.of(bridge) : Optional.empty(),
                place.mac(),
                asksDhcp ? "" : place.address(),
                asksDhcp ? 0 : subnet.prefix(),
                asksDhcp ? Optional.empty() : Optional.of(gateway.text()));
    }

    /** The machine's own line of the plan. */
    public Reservation machine(String name) {
        return find(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("no machine '" + name + "' is planned"));
    }

    private Optional<Reservation> find(String name) {
        return machines.stream().filter(m -> m.machine().equals(name)).findFirst();
    }

    /**
     * What {@link #API_SERVER} means on a machine, in the order in which they are tried: load
     * balancers, then control planes. Each machine begins with another of these, a control plane
     * with itself, so that all of them have their share of clients.
     *
     * @param machine its name, or that of a host which is not in the plan
     */
    public List<String> apiServers(Settings settings, String machine) {
        List<VirtualMachine> all = settings.machines().virtualMachines();
        var addresses = new ArrayList<>(addresses(all, Inventory.LOAD_BALANCERS));
        var controlPlanes = new ArrayList<>(addresses(all, Inventory.CONTROL_PLANE));
        controlPlanes.addAll(addresses(all, Inventory.FURTHER_CONTROL_PLANES));
        Optional<Reservation> planned = find(machine);
        int own = planned.map(p -> controlPlanes.indexOf(p.address())).orElse(-1);
        int place = planned.map(machines::indexOf).orElseGet(machines::size);
        if (!controlPlanes.isEmpty()) {
            Collections.rotate(controlPlanes, -(own >= 0 ? own : place % controlPlanes.size()));
        }
        addresses.addAll(controlPlanes);
        return List.copyOf(addresses);
    }

    private List<String> addresses(List<VirtualMachine> all, String nodeType) {
        return all.stream()
                .filter(m -> m.nodeType().equals(nodeType))
                .map(m -> machine(m.name()).address())
                .filter(address -> !address.isEmpty())
                .toList();
    }

    /**
     * The lab's libvirt network. It offers DHCP to none but the machines: every address is
     * reserved.
     */
    public NetworkSpec networkSpec(LabTag lab) {
        return new NetworkSpec(
                network,
                lab,
                bridge,
                Optional.of(new Nat(gateway.text(), subnet.prefix(), machines)));
    }

    /**
     * A locally administered address under QEMU's prefix 52:54:00, the same for the same machine of
     * the same lab.
     */
    static String mac(UUID lab, String machine) {
        byte[] digest = sha256(lab + "/" + machine);
        return "52:54:00:" + HexFormat.ofDelimiter(":").formatHex(digest, 0, 3);
    }

    /** Interface names have at most 15 characters (IFNAMSIZ). */
    static String bridgeName(LabTag lab) {
        return "klab" + HexFormat.of().formatHex(sha256(lab.uuid().toString()), 0, 4);
    }

    /** 24 bits, the same for the same text. */
    static int number(String text) {
        byte[] digest = sha256(text);
        return (digest[0] & 0xff) << 16 | (digest[1] & 0xff) << 8 | (digest[2] & 0xff);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
