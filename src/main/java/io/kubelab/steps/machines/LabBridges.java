package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.machines.SecondNetwork;
import io.kubelab.step.Target;

/** The bridges of the lab's networks on the virthost. */
final class LabBridges {
    private LabBridges() {}

    /** The one that a machine's interface is plugged into. */
    static String of(Target target, Nic nic) {
        return SecondNetwork.of(target.lab().tag(), target.settings())
                .filter(second -> second.network().equals(nic.network()))
                .map(SecondNetwork::bridge)
                .orElseGet(() -> AddressPlan.of(target.lab().tag(), target.settings()).bridge());
    }
}
