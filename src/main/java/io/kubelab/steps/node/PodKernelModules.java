package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.KernelModules.Origin;
import io.kubelab.steps.facts.OsRelease;
import io.kubelab.steps.facts.PackagesInstalled;
import io.kubelab.steps.general.MissingPackages;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A virtual machine's kernel has the modules that pods' networks are made of. Fedora's family has
 * some of them in a package of its own, which is always the newest kernel's: where that isn't the
 * one that runs, the machine boots it.
 *
 * <pre>{@code
 * - pod_kernel_modules
 * }</pre>
 */
public record PodKernelModules() implements Step {
    private static final String PACKAGE = "kernel-modules-extra";

    /** Below /run, so that it is gone when the machine has booted. */
    private static final String BOOTS = "/run/kubelab/boots-another-kernel";

    private static final List<String> NAMES =
            List.of(
                    "br_netfilter",
                    "overlay",
                    "vxlan",
                    "macvlan",
                    // what the rules of kube-proxy, flannel and portmap are made of
                    "nft_compat",
                    "xt_addrtype",
                    "xt_comment",
                    "xt_conntrack",
                    "xt_mark",
                    "xt_MASQUERADE",
                    "xt_nat",
                    "xt_statistic");

    @Override
    public String title() {
        return "the kernel has the modules of pods' networks";
    }

    @Override
    public Diff diff(Target target) {
        if (target.settings().machines().domainType().isContainer()) {
            return Diff.inOrder("a container has its virthost's");
        }
        if (!target.ask(new OsRelease()).packages().equals(Optional.of(Packaging.DNF))) {
            return Diff.inOrder("the kernel's own package has them");
        }
        List<Origin> origins = NAMES.stream().map(Origin::new).toList();
        List<Origin.Found> found = target.askAll(origins);
        List<String> missing =
                NAMES.stream()
                        .filter(n -> found.get(NAMES.indexOf(n)) == Origin.Found.MISSING)
                        .toList();
        if (missing.isEmpty()) {
            return Diff.inOrder(NAMES.size() + " are there");
        }
        if (!target.ask(new PackagesInstalled(Packaging.DNF, List.of(PACKAGE))).contains(PACKAGE)) {
            return Diff.needs(new MissingPackages(Packaging.DNF, List.of(PACKAGE)).installation());
        }
        if (target.ask(new FileState(BOOTS)) instanceof FileState.Found.Absent) {
            return Diff.needs(
                    new Change.PutFile(
                            BOOTS,
                            new Content.Text(String.join("\n", missing) + "\n"),
                            FileAttributes.PUBLIC),
                    new Change.Run(
                            // later than the answer to this
                            Command.of("systemd-run", "--on-active=1", "systemctl", "reboot"),
                            Duration.ofSeconds(20),
                            "Run 'sudo reboot' on the machine, and then the same command again."),
                    new Change.Reconnect("it boots another kernel"));
        }
        return new Diff.Pending(
                "%s to boot the kernel that has %s"
                        .formatted(target.host(), String.join(", ", missing)),
                Duration.ofMinutes(4),
                new Diff.Wake.Every(Duration.ofSeconds(1)),
                "'rpm -q %s' and 'uname -r' on the machine tell which kernel the modules are for; 'grubby --default-kernel' which one it boots."
                        .formatted(PACKAGE));
    }
}
