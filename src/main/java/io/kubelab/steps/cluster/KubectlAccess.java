package io.kubelab.steps.cluster;

import io.kubelab.remote.Command;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found.RegularFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * kubectl works for the login user and for root: both have the control plane's admin.conf, which
 * doesn't leave the machine for that.
 *
 * <pre>{@code
 * - kubectl_access
 * }</pre>
 */
public record KubectlAccess() implements Step {
    private static final String REMEDY =
            "Is there such a user on the control plane? It is the setting default_ansible_user.";

    private record Account(String name, String home) {
        FileAttributes mode(String mode) {
            return new FileAttributes(mode, name + ":" + name);
        }

        String kubeconfig() {
            return home + "/.kube/config";
        }
    }

    @Override
    public String title() {
        return "kubectl works after a login";
    }

    @Override
    public Diff diff(Target target) {
        String login = target.settings().machines().defaultAnsibleUser();
        var accounts = new ArrayList<>(List.of(new Account("root", "/root")));
        if (!"root".equals(login)) {
            accounts.add(new Account(login, "/home/" + login));
        }
        var asked = new ArrayList<>(List.of(new FileState(Kubeadm.ADMIN_CONF)));
        accounts.forEach(a -> asked.add(new FileState(a.kubeconfig())));
        List<FileState.Found> found = target.askAll(asked);
        var changes = new ArrayList<Change>();
        for (int i = 0; i < accounts.size(); i++) {
            Account account = accounts.get(i);
            if (!same(found.getFirst(), found.get(i + 1), account)) {
                changes.add(
                        new Change.MakeDirectory(account.home() + "/.kube", account.mode("0700")));
                changes.add(new Change.Run(copy(account), Duration.ofSeconds(20), REMEDY));
            }
        }
        return Diff.of(changes, "they have admin.conf");
    }

    private static boolean same(FileState.Found admin, FileState.Found user, Account account) {
        return admin instanceof RegularFile file && user.is(file.sha256(), account.mode("0600"));
    }

    private static Command copy(Account account) {
        return Command.of(
                "install",
                "--mode=0600",
                "--owner=" + account.name(),
                "--group=" + account.name(),
                Kubeadm.ADMIN_CONF,
                account.kubeconfig());
    }
}
