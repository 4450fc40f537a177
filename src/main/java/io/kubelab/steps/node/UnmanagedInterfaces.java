package io.kubelab.steps.node;

import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ServiceState;
import io.kubelab.steps.general.Service;
import io.kubelab.steps.general.WantedFile;
import java.util.ArrayList;
import java.util.List;

/**
 * Where NetworkManager runs, it leaves the interfaces of pods to who made them.
 *
 * <pre>{@code
 * - unmanaged_interfaces
 * }</pre>
 */
public record UnmanagedInterfaces() implements Step {
    private static final String MANAGER = "NetworkManager";
    static final String FILE = "/etc/NetworkManager/conf.d/90-kubelab.conf";

    record NoValues() {}

    @Override
    public String title() {
        return "NetworkManager leaves pods' interfaces alone";
    }

    @Override
    public Diff diff(Target target) {
        if (!"active".equals(target.ask(new ServiceState(MANAGER)).active())) {
            return Diff.inOrder("it doesn't run there");
        }
        var file = WantedFile.rendered(target, FILE, "node/network-manager.conf", new NoValues());
        var service = Service.running(MANAGER, List.of(FILE));
        var changes = new ArrayList<>(file.changes(target));
        if (changes.isEmpty()) {
            return service.diff(target) instanceof Diff.Needs needs
                    ? needs
                    : Diff.inOrder("it has read " + FILE);
        }
        changes.add(service.restart());
        return new Diff.Needs(changes);
    }
}
