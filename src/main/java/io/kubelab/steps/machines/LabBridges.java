package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.machines.SecondNetwork;
import io.kubelab.machines.Vxlan;
import io.kubelab.step.Target;
import java.util.ArrayList;
import java.util.List;

/** The bridges of the lab's networks on the virthost. */
final class LabBridges {
    /** Of an Ethernet. */
    static final int USUAL_MTU = 1500;

    private LabBridges() {}

    /** The largest packet that a machine's interface may send, in bytes. */
    static int mtu(Target target, Nic nic) {
        String bridge = of(target, nic);
        return Vxlan.of(target.lab().tag(), target.lab().inventory(), target.settings()).stream()
                        .anyMatch(v -> v.bridge().equals(bridge))
                ? Vxlan.MTU
                : USUAL_MTU;
    }

    /**
     * @param mtu in bytes
     */
    record Narrow(String device, int mtu) {}

    /** The machine's interfaces that must send smaller packets than usual. */
    static List<Narrow> narrow(Target target) {
        List<Nic> nics = MachineDefined.nics(target);
        var narrow = new ArrayList<Narrow>();
        for (int i = 0; i < nics.size(); i++) {
            int mtu = mtu(target, nics.get(i));
            if (mtu < USUAL_MTU) {
                narrow.add(new Narrow("eth" + i, mtu));
            }
        }
        return List.copyOf(narrow);
    }

    /** The one that a machine's interface is plugged into. */
    static String of(Target target, Nic nic) {
        return SecondNetwork.of(target.lab().tag(), target.settings())
                .filter(second -> second.network().equals(nic.network()))
                .map(SecondNetwork::bridge)
                .orElseGet(() -> AddressPlan.of(target.lab().tag(), target.settings()).bridge());
    }
}
