package io.kubelab.steps.machines;

import io.kubelab.machines.Vxlan;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ActiveZones;
import io.kubelab.steps.facts.FirewalldZone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The virthost's firewalld has no rule for the lab's other virthosts, unless another lab is on them
 * as well, and libvirt's zone has none of the lab's bridges.
 *
 * <pre>{@code
 * - virthosts_shut_out
 * }</pre>
 */
public record VirthostsShutOut() implements Step {
    @Override
    public String title() {
        return "the virthost's firewall knows nothing of the lab's networks";
    }

    @Override
    public Diff diff(Target target) {
        if (!target.ask(FirewalldZone.FIREWALLD_RUNS)) {
            return Diff.inOrder("firewalld does not run");
        }
        target.askTogether(new VxlanPeers(), new ActiveZones());
        List<String> devices = Vxlan.devices(target.lab().tag());
        VxlanPeers.Found found = target.ask(new VxlanPeers());
        var peers = new TreeSet<>(found.of(devices));
        // a device that somebody removed says nothing any more
        Vxlan.of(target.lab().tag(), target.lab().inventory(), target.settings())
                .forEach(v -> v.end(target.place().name()).map(v::peers).ifPresent(peers::addAll));
        peers.removeAll(found.ofOthersThan(devices));

        List<Change> changes =
                new ArrayList<>(VirthostsAdmitted.leftOver(target, VirthostRule.of(target, peers)));
        ActiveZones.Found zones = target.ask(new ActiveZones());
        Vxlan.bridges(target.lab().tag()).stream()
                .filter(bridge ->
                        zones.ofInterface(bridge).equals(Optional.of(FirewalldZone.OF_LIBVIRT)))
                .map(FirewalldZone.OF_LIBVIRT::letsGo)
                .forEach(changes::add);
        return Diff.of(changes, "it has nothing of them");
    }
}
