package io.kubelab.steps.machines;

import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NetworkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The virtual machine's interfaces are plugged into the bridges of the lab's networks. libvirt sees
 * to that when the machine starts, and nobody does when a network is started anew under it.
 *
 * <pre>{@code
 * - machine_plugged
 * }</pre>
 */
public record MachinePlugged() implements Step {
    @Override
    public String title() {
        return "the machine is plugged into the lab's networks";
    }

    @Override
    public Diff diff(Target target) {
        NetworkState.Found found = target.ask(NetworkState.ofHost());
        List<Nic> nics = MachineDefined.nics(target);
        var changes = new ArrayList<Change>();
        for (Nic nic : nics) {
            Optional<NetworkState.Link> plug = found.linkWithMac(plug(nic.mac()));
            if (plug.isEmpty()) {
                String name = target.host().name();
                return Diff.needs(new Change.StopMachine(name), new Change.StartMachine(name));
            }
            MachineNetwork.plugged(plug.get(), LabBridges.of(target, nic)).ifPresent(changes::add);
        }
        return Diff.of(changes, "%d of %d".formatted(nics.size(), nics.size()));
    }

    /** libvirt gives the virthost's end the guest's MAC, but for the first octet. */
    static String plug(String mac) {
        return "fe" + mac.substring(2);
    }
}
