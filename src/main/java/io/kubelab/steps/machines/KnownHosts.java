package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.remote.Content;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LocalFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lab's own known_hosts file (sshd(8)): the machines' keys, under names and addresses.
 *
 * <pre>{@code
 * - known_hosts
 * }</pre>
 */
public record KnownHosts() implements Step {
    @Override
    public String title() {
        return "the lab's known_hosts file holds its machines' keys";
    }

    @Override
    public Diff diff(Target target) {
        var text = new StringBuilder();
        for (Reservation machine :
                AddressPlan.of(target.lab().tag(), target.settings()).machines()) {
            Path key =
                    WorkstationFiles.publicHalf(
                            WorkstationFiles.hostKeys(target).resolve(machine.machine()));
            WorkstationFiles.text(target, key).ifPresent(half -> text.append(line(machine, half)));
        }
        Path file = WorkstationFiles.knownHosts(target);
        Optional<String> found = target.ask(new LocalFile(file)).map(LocalFile.Found::text);
        return found.filter(text.toString()::equals).isPresent()
                ? Diff.inOrder("it is " + file)
                : Diff.needs(
                        new Change.WriteLocalFile(file, new Content.Text(text.toString()), "0600"));
    }

    /**
     * @param key type, key and comment
     */
    private static String line(Reservation machine, String key) {
        String[] fields = key.split(" ", 3);
        String names =
                machine.address().isEmpty()
                        ? machine.machine()
                        : machine.machine() + "," + machine.address();
        return "%s %s %s\n".formatted(names, fields[0], fields[1]);
    }
}
