package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.KernelSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The kernel settings that {@code kernel_settings_remembered} wrote down are again what they were.
 *
 * <pre>{@code
 * - kernel_settings_restored
 * }</pre>
 */
public record KernelSettingsRestored() implements Step {
    @Override
    public String title() {
        return "the virthost's kernel settings are what they were";
    }

    @Override
    public Diff diff(Target target) {
        String file = VirthostPlaces.of(target).before(KernelSettingsRemembered.FILE);
        Optional<String> remembered = target.ask(new FileText(file));
        if (remembered.isEmpty()) {
            return Diff.inOrder("none was remembered");
        }
        Optional<String> need = OtherLabs.need(target);
        if (need.isPresent()) {
            return Diff.inOrder(need.get());
        }
        var before = new TreeMap<String, String>();
        for (String line : remembered.get().lines().toList()) {
            String[] pair = line.split(" = ", 2);
            before.put(pair[0], pair[1]);
        }
        Map<String, String> now = target.ask(new KernelSettings(List.copyOf(before.keySet())));
        var argv = new ArrayList<>(List.of("sysctl", "-q", "-w"));
        before.forEach((name, value) -> {
            if (!value.equals(now.get(name))) {
                argv.add(name + "=" + value);
            }
        });
        return argv.size() == 3
                ? Diff.inOrder("they are as in " + file)
                : Diff.needs(
                        new Change.Run(
                                Command.of(argv),
                                Duration.ofSeconds(10),
                                "The old values are in %s on the virthost.".formatted(file)));
    }
}
