package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.SecondNetwork;
import io.kubelab.machines.VirtualMachines.Network;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.DirectoryEntries;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a libvirt daemon keeps of networks that it has no more, as long as the virthost runs: a
 * directory of their ports, and the file with the number of their dnsmasq's process. Here of the
 * lab's; those of a network that is still there stay.
 *
 * <pre>{@code
 * - lab_network_traces_absent
 * }</pre>
 */
public record LabNetworkTracesAbsent() implements Step {
    private static final String RUNTIME = "/run/libvirt/network";

    @Override
    public String title() {
        return "libvirt has left no traces of the lab's networks";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> there =
                Hypervisor.networks(target).stream().map(Network::name).collect(Collectors.toSet());
        Set<String> entries = target.ask(new DirectoryEntries(RUNTIME));
        return Diff.of(
                Stream.of(
                                AddressPlan.of(target.lab().tag(), target.settings()).network(),
                                SecondNetwork.name(target.lab().tag()))
                        .filter(name -> !there.contains(name))
                        .flatMap(name -> Stream.of(name, name + ".pid"))
                        .filter(entries::contains)
                        .<Change>map(entry -> new Change.Remove(RUNTIME + "/" + entry))
                        .toList(),
                "there are none");
    }
}
