package io.kubelab.steps.machines;

import io.kubelab.machines.Vxlan;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.NetworkState;
import java.time.Duration;
import java.util.List;

/**
 * No VXLAN device of the lab's on the virthost.
 *
 * <pre>{@code
 * - stretched_networks_absent
 * }</pre>
 */
public record StretchedNetworksAbsent() implements Step {
    @Override
    public String title() {
        return "the lab's networks reach no other virthost";
    }

    @Override
    public Diff diff(Target target) {
        NetworkState ours = NetworkState.ofHost();
        NetworkState.Found found = target.ask(ours);
        List<Change> changes =
                Vxlan.devices(target.lab().tag()).stream()
                        .filter(device -> found.link(device).isPresent())
                        .<Change>map(device ->
                                new Change.Run(
                                        ours.ip("link", "delete", "dev", device),
                                        Duration.ofSeconds(10),
                                        "kubelab has to be root on the virthost."))
                        .toList();
        return Diff.of(changes, "there is no VXLAN device");
    }
}
