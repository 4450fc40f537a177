package io.kubelab.steps.general;

import io.kubelab.inventory.Host;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.settings.Settings;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.List;
import java.util.Optional;

/**
 * A file that is rendered from {@code templates/}. The template sees the components of {@link
 * HostModel}: {@code [=host.name]}, {@code [=settings.kubernetes.kubeVersion]}, {@code
 * [=settings.extra.colour]}.
 *
 * <pre>{@code
 * - template: { template: node/motd, path: /etc/motd, mode: "0644" }
 * }</pre>
 *
 * @param template path below {@code templates/}, without {@code .ftl}
 * @param path absolute path on the host
 * @param mode octal; 0644 if left out
 * @param owner {@code user:group}; root's if left out
 */
public record Template(String template, String path, Optional<String> mode, Optional<String> owner)
        implements Step {
    /** What a user's template sees. */
    public record HostModel(Host host, Settings settings, AddressPlan addresses, List<Host> nodes) {
        public static HostModel of(Target target) {
            return new HostModel(
                    target.host(),
                    target.settings(),
                    AddressPlan.of(target.lab().tag(), target.settings()),
                    target.lab().inventory().nodes());
        }
    }

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public Template {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is not an absolute path");
        }
        attributes(mode, owner);
    }

    @Override
    public String title() {
        return path + " is as template " + template + " says";
    }

    @Override
    public Diff diff(Target target) {
        String text = target.templates().render(template, HostModel.of(target));
        var file = new WantedFile(path, new Content.Text(text), attributes(mode, owner));
        return Diff.of(file.changes(target), "content, mode and owner are the same");
    }

    private static FileAttributes attributes(Optional<String> mode, Optional<String> owner) {
        return new FileAttributes(mode.orElse("0644"), owner.orElse("root:root"));
    }
}
