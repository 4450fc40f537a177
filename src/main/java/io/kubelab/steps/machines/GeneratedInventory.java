package io.kubelab.steps.machines;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access.Ssh;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.remote.Content;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Lab;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LocalFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code inventory/vms.local.generated}: the machines in kube-ansible's form, for Ansible, and for
 * the next kubelab without arguments.
 *
 * <pre>{@code
 * - generated_inventory
 * }</pre>
 */
public record GeneratedInventory() implements Step {
    /**
     * @param machines in the order of their names
     * @param groups in the order of their names, members as in {@code virtual_machines}
     * @param proxy words of an ssh command that joins its standard streams with a machine's port;
     *     empty: machines are reached directly
     */
    private record Model(
            String lab,
            List<Line> machines,
            List<Group> groups,
            String user,
            String proxy,
            String knownHosts,
            String key) {}

    /**
     * @param proxy of a machine that is reached otherwise than most
     */
    record Line(String machine, String address, Optional<String> proxy) {}

    record Group(String name, List<String> members) {}

    @Override
    public String title() {
        return "inventory/vms.local.generated lists the machines";
    }

    @Override
    public Diff diff(Target target) {
        String text = target.templates().render("inventory/vms.local.generated", model(target));
        Path file = WorkstationFiles.inventory(target);
        Optional<String> found = target.ask(new LocalFile(file)).map(LocalFile.Found::text);
        return found.filter(text::equals).isPresent()
                ? Diff.inOrder("it does")
                : Diff.needs(new Change.WriteLocalFile(file, new Content.Text(text), "0644"));
    }

    private static Model model(Target target) {
        var settings = target.settings().machines();
        return new Model(
                target.lab().tag().name(),
                AddressPlan.of(target.lab().tag(), target.settings()).machines().stream()
                        .sorted(Comparator.comparing(Reservation::machine))
                        .map(m -> line(m, target.lab()))
                        .toList(),
                groups(settings.virtualMachines()),
                settings.defaultAnsibleUser(),
                proxy(target.lab().inventory().virthost()),
                WorkstationFiles.knownHosts(target).toString(),
                WorkstationFiles.labKey(target).toString());
    }

    private static Line line(Reservation machine, Lab lab) {
        Host virthost = lab.virthost(lab.inventory().host(machine.machine()));
        return new Line(
                machine.machine(),
                machine.address(),
                virthost.equals(lab.inventory().virthost())
                        ? Optional.empty()
                        : Optional.of(proxy(virthost)));
    }

    private static List<Group> groups(List<VirtualMachine> machines) {
        return machines.stream()
                .map(VirtualMachine::nodeType)
                .distinct()
                .sorted()
                .map(type ->
                        new Group(
                                type,
                                machines.stream()
                                        .filter(m -> m.nodeType().equals(type))
                                        .map(VirtualMachine::name)
                                        .toList()))
                .toList();
    }

    private static String proxy(Host virthost) {
        if (!(virthost.access() instanceof Ssh ssh)) {
            return "";
        }
        var words = new ArrayList<>(List.of("ssh", "-W", "%h:%p"));
        if (ssh.port() > 0 && ssh.port() != 22) {
            words.addAll(List.of("-p", String.valueOf(ssh.port())));
        }
        if (!ssh.privateKeyFile().isEmpty()) {
            words.addAll(List.of("-i", ssh.privateKeyFile()));
        }
        words.add(ssh.user().isEmpty() ? ssh.address() : ssh.user() + "@" + ssh.address());
        return String.join(" ", words);
    }
}
