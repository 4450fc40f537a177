package io.kubelab.machines;

import io.kubelab.inventory.Inventory;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.NetworkSpec.Nat;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.MachineSettings.VirtualMachine;
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
 * Who has which address in the lab's network, decided before anything is made: the gateway is the
 * virthost, machines have fixed addresses that follow from their place in the list, DHCP gives away
 * none of these, and pods on macvlan have the range of {@code multus_ipam_*}.
 *
 * @param network name of the libvirt network
 * @param bridge name of its bridge on the virthost
 */
public record AddressPlan(
        String network, String bridge, Cidr subnet, Address gateway, List<Reservation> machines) {
    /**
     * What every machine calls the API servers of the cluster, of whichever one answers; kubeadm's
     * {@code controlPlaneEndpoint} where there may be several.
     */
    public static final String API_SERVER = "kube-api";

    /** Where machine addresses start, counted from the network's own. */
    private static final int FIRST_MACHINE = 10;

    /**
     * The addresses that follow from the settings; whether they clash is for {@code lab} to say
     * before a run.
     */
    public static AddressPlan of(LabTag lab, Settings settings) {
        String wanted = settings.network().labNetworkCidr();
        Cidr subnet =
                "auto".equals(wanted) ? settings.multus().multusIpamSubnet() : new Cidr(wanted);
        Address gateway =
                subnet.contains(settings.multus().multusIpamGateway())
                        ? settings.multus().multusIpamGateway()
                        : subnet.address(1);
        var machines = new ArrayList<Reservation>();
        for (VirtualMachine machine : settings.machines().virtualMachines()) {
            Address address =
                    machine.staticIp().orElse(subnet.address(FIRST_MACHINE + machines.size()));
            machines.add(
                    new Reservation(
                            machine.name(), mac(lab.uuid(), machine.name()), address.text()));
        }
        return new AddressPlan(
                "kubelab-" + lab.name(), bridgeName(lab), subnet, gateway, List.copyOf(machines));
    }

    /** The machine's own line of the plan. */
    public Reservation machine(String name) {
        return machines.stream()
                .filter(m -> m.machine().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no machine '" + name + "' is planned"));
    }

    /**
     * What {@link #API_SERVER} means on a machine, in the order in which they are tried: load
     * balancers, then control planes. Each machine begins with another of these, a control plane
     * with itself, so that all of them have their share of clients.
     */
    public List<String> apiServers(Settings settings, String machine) {
        List<VirtualMachine> all = settings.machines().virtualMachines();
        var addresses = new ArrayList<>(addresses(all, Inventory.LOAD_BALANCERS));
        var controlPlanes = new ArrayList<>(addresses(all, Inventory.CONTROL_PLANE));
        controlPlanes.addAll(addresses(all, Inventory.FURTHER_CONTROL_PLANES));
        int own = controlPlanes.indexOf(machine(machine).address());
        int place = machines.indexOf(machine(machine));
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

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
