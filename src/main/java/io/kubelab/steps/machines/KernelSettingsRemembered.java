package io.kubelab.steps.machines;

import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.KernelSettings;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the virthost's kernel was set to before libvirt (forwarding) and {@link NodeKernelSettings}
 * change it. {@code down} puts it back.
 *
 * <pre>{@code
 * - kernel_settings_remembered
 * }</pre>
 */
public record KernelSettingsRemembered() implements Step {
    static final List<String> NAMES =
            List.of(
                    "net.ipv4.ip_forward",
                    "fs.inotify.max_user_instances",
                    "fs.inotify.max_user_watches");
    static final String FILE = "sysctl";

    @Override
    public String title() {
        return "the virthost's kernel settings are remembered";
    }

    @Override
    public Diff diff(Target target) {
        String path = VirthostPlaces.of(target).before(FILE);
        if (target.ask(new FileText(path)).isPresent()) {
            return Diff.inOrder("they are in " + path);
        }
        String text =
                target.ask(new KernelSettings(NAMES)).entrySet().stream()
                        .map(e -> "%s = %s\n".formatted(e.getKey(), e.getValue()))
                        .collect(Collectors.joining());
        return Diff.needs(new Change.PutFile(path, new Content.Text(text), FileAttributes.PUBLIC));
    }
}
