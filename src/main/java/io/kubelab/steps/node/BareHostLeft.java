package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.ServiceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A host that was there before the lab is as it was, but for packages of its distribution and
 * loaded kernel modules. What it had before is not touched, and a host that is not the lab's node
 * isn't either.
 *
 * <pre>{@code
 * - bare_host_left
 * }</pre>
 */
public record BareHostLeft() implements Step {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String REMEDY = "Run the same command again; it goes on from here.";
    private static final List<String> UNITS = List.of("kubelet", "containerd");

    @Override
    public String title() {
        return "the host is as it was before it became a node";
    }

    @Override
    public Diff diff(Target target) {
        if (HostMark.of(target) != HostMark.OURS) {
            return Diff.inOrder("it is no node of the lab");
        }
        Set<String> before = lines(target, HostMark.BEFORE);
        var traces = new LinkedHashSet<>(HostTraces.there(target));
        traces.removeAll(before);
        List<ServiceState.Found> services =
                target.askAll(UNITS.stream().map(ServiceState::new).toList());
        var changes = new ArrayList<Change>();
        for (int i = 0; i < UNITS.size(); i++) {
            if (services.get(i).loaded() && !isOff(services.get(i))) {
                changes.add(run("systemctl", "disable", "--now", UNITS.get(i)));
            }
        }
        changes.addAll(KubernetesPackages.removal(target));
        traces.forEach(path -> changes.add(new Change.Remove(path)));
        // it may know them still, though their files are gone
        if (services.stream().anyMatch(ServiceState.Found::loaded)) {
            changes.add(run("systemctl", "daemon-reload"));
        }
        LabNames.absent(target).ifPresent(changes::add);
        changes.addAll(settings(target));
        changes.add(new Change.Remove(HostMark.DIRECTORY));
        return new Diff.Needs(changes);
    }

    private static boolean isOff(ServiceState.Found service) {
        return service.active().equals("inactive") && !service.atBoot().equals("enabled");
    }

    private static Set<String> lines(Target target, String file) {
        return new LinkedHashSet<>(target.ask(new FileText(file)).orElse("").lines().toList());
    }

    private static List<Change> settings(Target target) {
        var before = new TreeMap<String, String>();
        for (String line : lines(target, HostMark.SYSCTL)) {
            String[] pair = line.split(" = ", 2);
            before.put(pair[0], pair[1]);
        }
        if (before.isEmpty()) {
            return List.of();
        }
        Map<String, String> now =
                target.ask(new io.kubelab.steps.facts.KernelSettings(List.copyOf(before.keySet())));
        var argv = new ArrayList<>(List.of("sysctl", "-q", "-w"));
        before.forEach((name, value) -> {
            if (!value.equals(now.get(name))) {
                argv.add(name + "=" + value);
            }
        });
        return argv.size() == 3 ? List.of() : List.of(run(argv.toArray(String[]::new)));
    }

    private static Change run(String... argv) {
        return new Change.Run(Command.of(List.of(argv)), LIMIT, REMEDY);
    }
}
