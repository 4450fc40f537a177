package io.kubelab.steps.cluster;

import io.kubelab.inventory.Host;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Emulated;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.InContainer;
import io.kubelab.steps.facts.SelinuxMode;
import io.kubelab.steps.facts.Succeeds;
import io.kubelab.steps.general.LeftResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How kubeadm is called, the same way by all steps. */
final class Kubeadm {
    static final String ADMIN_CONF = "/etc/kubernetes/admin.conf";
    static final String KUBELET_CONF = "/etc/kubernetes/kubelet.conf";
    static final String CA = "/etc/kubernetes/pki/ca.crt";
    static final int API_PORT = 6443;

    /** What we write for kubeadm; it is removed when kubeadm has read it. */
    static final String DIRECTORY = "/etc/kubernetes/kubelab";

    /** Whether one runs: one that a kubelab began which is no more. */
    static final Fact.OfHost<Boolean> RUNS =
            new Succeeds(Command.of("pgrep", "--exact", "kubeadm"));

    /** Whether there is what we wrote for a kubeadm that is no more. */
    static final Fact.OfHost<Boolean> WRITTEN = new Succeeds(Command.of("test", "-e", DIRECTORY));

    /** For anything that kubeadm or a kubelet takes part in. */
    static final Duration PATIENCE = Duration.ofMinutes(6);

    private static final String IDENTITY = "kubeadm";

    private static final List<String> STATIC_PODS =
            List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler");

    private Kubeadm() {}

    /** Takes away what a call and its kubelab left that were both cut off or done. */
    static List<Change> tidied() {
        var changes = new ArrayList<>(new LeftResult(IDENTITY).removal());
        changes.add(new Change.Remove(DIRECTORY));
        return List.copyOf(changes);
    }

    /** Only root may read it: a bootstrap token may be in it. */
    static Change file(String name, Content content) {
        return new Change.PutFile(DIRECTORY + "/" + name, content, FileAttributes.PRIVATE);
    }

    static String path(String name) {
        return DIRECTORY + "/" + name;
    }

    /**
     * All calls on a host have one identity, so that there are never two: who comes while one runs
     * waits for that one.
     */
    static Change call(Command command, String remedy) {
        return new Change.RunLong(IDENTITY, command, PATIENCE, remedy);
    }

    /** What it is about to make or to take away is neither there nor gone. */
    static Diff awaited(Target target) {
        return new Diff.Pending(
                "the kubeadm that runs on %s to end".formatted(target.host()),
                PATIENCE,
                new Wake.Every(Duration.ofMillis(250)),
                "Look at 'kubelab ssh %s -- ps -ef'; 'kubelab kube-teardown' ends it."
                        .formatted(target.host()));
    }

    /** Removes what an init or a join left. */
    static Command reset() {
        return Command.of("kubeadm", "reset", "--force");
    }

    /** What is asked of itself every second would take all of its time. */
    static boolean isSlow(Target target) {
        return slowness(target) > 1;
    }

    /** By what the machine is, or says of itself: a container may be in an emulated machine. */
    private static int slowness(Target target) {
        int known = target.lab().slowness(target.host());
        return known == 1 && target.ask(new Emulated()) ? Emulated.SLOWNESS : known;
    }

    record StaticPod(String component) {}

    /** kubeadm's patches to what a control plane runs on this machine. */
    static List<Change> patches(Target target) {
        var patches = new ArrayList<Change>();
        if (isSlow(target)) {
            for (String component : List.of("etcd", "kube-apiserver", "kube-scheduler")) {
                patches.add(patch(target, component, "cluster/slow-static-pod.yaml", ""));
            }
        }
        if (SelinuxMode.labels(target)) {
            for (String component : STATIC_PODS) {
                patches.add(patch(target, component, "cluster/labelled-static-pod.yaml", "1"));
            }
        }
        return List.copyOf(patches);
    }

    /**
     * @param suffix of the file's name, which tells patches to the same component apart
     */
    private static Change patch(Target target, String component, String template, String suffix) {
        return file(
                "%s%s+strategic.yaml".formatted(component, suffix),
                new Content.Text(target.templates().render(template, new StaticPod(component))));
    }

    /** How long kubeadm itself waits for what it has started. */
    static long minutes(Target target) {
        return PATIENCE.multipliedBy(slowness(target)).toMinutes();
    }

    /**
     * A node that is a container can't show its kernel's configuration, and kubeadm takes cgroup
     * version 1 for an error by itself. Everything else holds for containers too.
     */
    static List<String> ignoredErrors(Target target) {
        return InContainer.is(target) ? List.of("SystemVerification") : List.of();
    }

    /** Whether the API server on a control plane is ready, asked there at its own address. */
    static Fact.OfHost<Boolean> answers(String api) {
        return new Succeeds(
                Command.of(
                        "curl",
                        "--silent",
                        "--fail",
                        "--max-time",
                        "5",
                        "--cacert",
                        CA,
                        api + "/readyz"));
    }

    /** Of a control plane's own API server. */
    static String api(Target target, Host controlPlane) {
        return "https://%s:%d".formatted(address(target, controlPlane), API_PORT);
    }

    /** It has been ready and will be again. */
    static Diff answerAwaited(Target target, String api) {
        return new Diff.Pending(
                "the API server at " + api,
                PATIENCE,
                new Wake.Every(Duration.ofMillis(500)),
                "Look at 'crictl ps -a' and 'journalctl -u kubelet' on the control plane."
                        + (target.lab().inventory().sharesApiServer()
                                ? " Of several control planes more than half must be there; where they are lost, 'kubelab kube-teardown' and then 'kubelab up' make the cluster anew."
                                : ""));
    }

    /** Of a node in the lab's network. */
    static String address(Target target, Host node) {
        return AddressPlan.of(target.lab().tag(), target.settings()).machine(node.name()).address();
    }
}
