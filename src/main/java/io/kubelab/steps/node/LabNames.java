package io.kubelab.steps.node;

import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.util.List;
import java.util.Optional;

/**
 * The host knows the lab's machines and API servers by name: some lines at the end of its {@code
 * /etc/hosts}, the others are left as they are.
 *
 * <pre>{@code
 * - lab_names
 * }</pre>
 */
public record LabNames() implements Step {
    private static final String FILE = "/etc/hosts";
    private static final String BEGIN = "# kubelab: ";
    private static final String END = "# kubelab ends here\n";

    /**
     * What templates/node/lab-names sees.
     *
     * @param apiServer what nodes call the cluster's API servers
     * @param apiServers addresses of these
     */
    record Names(AddressPlan plan, String apiServer, List<String> apiServers) {}

    @Override
    public String title() {
        return "the host knows the lab's machines by name";
    }

    @Override
    public Diff diff(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        var names =
                new Names(
                        plan,
                        AddressPlan.API_SERVER,
                        plan.apiServers(target.settings(), target.host().name()));
        String lines = target.templates().render("node/lab-names", names);
        String found = target.ask(new FileText(FILE)).orElse("");
        String wanted = without(found) + BEGIN + lines + END;
        return found.equals(wanted) ? Diff.inOrder(FILE + " names them") : Diff.needs(put(wanted));
    }

    /** What takes the lines away; empty if there are none. */
    static Optional<Change> absent(Target target) {
        String found = target.ask(new FileText(FILE)).orElse("");
        String wanted = without(found);
        return found.equals(wanted) ? Optional.empty() : Optional.of(put(wanted));
    }

    private static String without(String text) {
        int begin = text.indexOf("\n" + BEGIN) + 1;
        int end = text.indexOf(END);
        if (end < 0 || (begin == 0 && !text.startsWith(BEGIN))) {
            return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
        }
        return text.substring(0, begin) + text.substring(end + END.length());
    }

    private static Change put(String text) {
        return new Change.PutFile(FILE, new Content.Text(text), FileAttributes.PUBLIC);
    }
}
