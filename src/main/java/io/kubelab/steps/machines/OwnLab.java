package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.VirtualMachines.Network;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.util.Optional;
import java.util.UUID;

/**
 * The virthost's lab of this name is this one, or there is none. Another one was made by somebody
 * else, or by this user, whose workstation has forgotten it; it is the user who has to say which.
 *
 * <pre>{@code
 * - own_lab
 * }</pre>
 */
public record OwnLab() implements Requirement {
    @Override
    public String title() {
        return "no other lab has the lab's name";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        UUID ours = target.lab().tag().uuid();
        if (owner(target).filter(uuid -> !uuid.equals(ours)).isPresent()) {
            throw new InvalidInput(
                    "lab",
                    "%s has a lab '%s' that is not known here: it is somebody else's, or was forgotten here; give yours another name (-e lab=NAME, with names of its own in virtual_machines and a lab_network_cidr of its own), or remove that one with 'kubelab down --adopt'"
                            .formatted(target.place(), target.lab().tag().name()));
        }
        return Diff.inOrder("it is this lab's or nobody's");
    }

    private static Optional<UUID> owner(Target target) {
        return target.ask(new FileText(VirthostPlaces.of(target).uuid()))
                .map(text -> UUID.fromString(text.strip()))
                .or(() -> ofNetwork(target));
    }

    /** Of a lab that has its directory elsewhere. */
    private static Optional<UUID> ofNetwork(Target target) {
        String name = AddressPlan.of(target.lab().tag(), target.settings()).network();
        return Hypervisor.network(target, name).flatMap(Network::owner).map(o -> o.uuid());
    }
}
