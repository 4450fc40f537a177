package io.kubelab.steps.machines;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LocalEntries;
import io.kubelab.steps.facts.LocalFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * No keys and lists of the lab's machines on the workstation. A key that the user chose with {@code
 * vm_ssh_key_path} stays.
 *
 * <pre>{@code
 * - lab_files_absent
 * }</pre>
 */
public record LabFilesAbsent() implements Step {
    @Override
    public String title() {
        return "the workstation has no keys and no list of the lab's machines";
    }

    @Override
    public Diff diff(Target target) {
        var changes = new ArrayList<Change>();
        Path inventory = WorkstationFiles.inventory(target);
        target.ask(new LocalFile(inventory))
                .filter(f ->
                        f.text().startsWith("# kubelab lab " + target.lab().tag().name() + "\n"))
                .ifPresent(_ -> changes.add(new Change.RemoveLocalFile(inventory)));
        Path knownHosts = WorkstationFiles.knownHosts(target);
        target.ask(new LocalFile(knownHosts))
                .ifPresent(_ -> changes.add(new Change.RemoveLocalFile(knownHosts)));
        Path hostKeys = WorkstationFiles.hostKeys(target);
        if (!target.ask(new LocalEntries(hostKeys)).isEmpty()) {
            changes.add(new Change.RemoveLocalFile(hostKeys));
        }
        Path leases = target.lab().places().leases();
        if (!target.ask(new LocalEntries(leases)).isEmpty()) {
            changes.add(new Change.RemoveLocalFile(leases));
        }
        changes.addAll(labKey(target));
        return Diff.of(changes, "there are none");
    }

    private static List<Change> labKey(Target target) {
        Path key = WorkstationFiles.labKey(target);
        Path directory = target.lab().places().keys();
        if (!directory.equals(key.getParent())) {
            return List.of();
        }
        Set<String> there = target.ask(new LocalEntries(directory));
        List<Path> ours =
                List.of(key, WorkstationFiles.publicHalf(key)).stream()
                        .filter(p -> there.contains(p.getFileName().toString()))
                        .toList();
        if (!ours.isEmpty() && ours.size() == there.size()) {
            return List.of(new Change.RemoveLocalFile(directory));
        }
        return List.copyOf(ours.stream().map(Change.RemoveLocalFile::new).toList());
    }
}
