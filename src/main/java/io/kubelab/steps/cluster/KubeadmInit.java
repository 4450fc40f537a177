package io.kubelab.steps.cluster;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.settings.KubernetesSettings;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Diff.Wake;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObject;
import io.kubelab.steps.facts.NodeKernel;
import io.kubelab.steps.facts.Succeeds;
import io.kubelab.steps.node.ContainerdConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A control plane by {@code kubeadm init}. An init that was cut off is waited for if it still runs;
 * else what it left, or a teardown that was cut off, is reset first. A control plane that was once
 * complete is never reset: what it lacks of kubeadm's add-ons is added.
 *
 * <pre>{@code
 * - kubeadm_init
 * }</pre>
 */
public record KubeadmInit() implements ClusterStep {
    private static final String REMEDY =
            "Its output says why; 'journalctl -u kubelet' and 'crictl ps -a' on the control plane say more. The same command goes on from here.";
    private static final List<ObjectRef> ADDONS =
            List.of(
                    new ObjectRef("apps/v1", "Deployment", "kube-system", "coredns"),
                    new ObjectRef("v1", "Service", "kube-system", "kube-dns"),
                    new ObjectRef("v1", "ConfigMap", "kube-system", "coredns"),
                    new ObjectRef("v1", "ServiceAccount", "kube-system", "coredns"),
                    new ObjectRef("apps/v1", "DaemonSet", "kube-system", "kube-proxy"),
                    new ObjectRef("v1", "ConfigMap", "kube-system", "kube-proxy"),
                    new ObjectRef("v1", "ServiceAccount", "kube-system", "kube-proxy"));

    record Config(
            String node,
            String address,
            int port,
            String cluster,
            KubernetesSettings kubernetes,
            String socket,
            String patches,
            List<String> ignoredErrors,
            long minutes,
            boolean container,
            NodeKernel.Found kernel) {}

    @Override
    public String title() {
        return "there is a control plane";
    }

    @Override
    public Diff diff(Target target) {
        String api =
                "https://%s:%d".formatted(Kubeadm.address(target, target.host()), Kubeadm.API_PORT);
        List<Boolean> there =
                target.askAll(
                        List.of(
                                Kubeadm.RUNS,
                                Kubeadm.WRITTEN,
                                new Succeeds(Command.of("test", "-e", Kubeadm.CA)),
                                // kubeadm's last phase but the add-ons
                                new Succeeds(
                                        Command.of(
                                                "grep",
                                                "--quiet",
                                                "kubelet-client-current.pem",
                                                Kubeadm.KUBELET_CONF)),
                                new Succeeds(
                                        Command.of(
                                                "curl",
                                                "--silent",
                                                "--fail",
                                                "--max-time",
                                                "5",
                                                "--cacert",
                                                Kubeadm.CA,
                                                api + "/readyz"))));
        boolean runs = there.get(0);
        boolean written = there.get(1);
        boolean begun = there.get(2);
        boolean complete = there.get(3);
        boolean answers = there.get(4);
        if (runs) {
            return Kubeadm.awaited(target);
        } else if (!begun || !complete) {
            return needs(target, NodeReset.changes(target), init());
        } else if (!answers) {
            return new Diff.Pending(
                    "the API server at " + api,
                    Kubeadm.patience(target),
                    new Wake.Every(Duration.ofMillis(500)),
                    "Look at 'crictl ps -a' and 'journalctl -u kubelet' on the control plane.");
        } else if (written) {
            return new Diff.Needs(Kubeadm.tidied());
        }
        List<Optional<Node>> addons =
                target.askAll(ADDONS.stream().map(ClusterObject::new).toList());
        if (addons.stream().anyMatch(Optional::isEmpty)) {
            return needs(
                    target,
                    List.of(),
                    Command.of(
                            "kubeadm",
                            "init",
                            "phase",
                            "addon",
                            "all",
                            "--config",
                            Kubeadm.path("init.yaml")));
        }
        boolean noDns =
                addons.getFirst()
                        .flatMap(dns -> dns.text("spec", "replicas"))
                        .filter("0"::equals)
                        .isPresent();
        return noDns
                ? Diff.needs(dnsAgain())
                : Registration.missing(target)
                        .orElseGet(() -> Diff.inOrder("its API server is ready at " + api));
    }

    /** As many as kubeadm starts: the add-on's own phase keeps the number that is there. */
    private static Change dnsAgain() {
        return new Change.Run(
                Command.of(
                        "kubectl",
                        "--kubeconfig",
                        Kubeadm.ADMIN_CONF,
                        "--namespace=kube-system",
                        "scale",
                        "deployment",
                        "coredns",
                        "--replicas=2"),
                Duration.ofSeconds(20),
                "Run the same kubectl on the control plane to see why.");
    }

    private static Diff needs(Target target, List<Change> before, Command command) {
        var changes = new ArrayList<>(before);
        changes.add(Kubeadm.file("init.yaml", new Content.Text(config(target))));
        changes.add(
                Kubeadm.file(
                        "corednsdeployment+strategic.yaml",
                        new Content.Text(
                                target.templates()
                                        .render(
                                                "cluster/corednsdeployment.yaml",
                                                new NoValues()))));
        changes.add(Kubeadm.call(target, command, REMEDY));
        changes.add(new Change.Remove(Kubeadm.DIRECTORY));
        changes.add(new Change.ReconnectCluster("the control plane is new"));
        return new Diff.Needs(changes);
    }

    record NoValues() {}

    private static Command init() {
        // the token of the printed command would end up in logs
        return Command.of(
                "kubeadm", "init", "--skip-token-print", "--config", Kubeadm.path("init.yaml"));
    }

    private static String config(Target target) {
        boolean container = target.settings().machines().domainType().isContainer();
        var config =
                new Config(
                        target.host().name(),
                        Kubeadm.address(target, target.host()),
                        Kubeadm.API_PORT,
                        target.lab().tag().name(),
                        target.settings().kubernetes(),
                        ContainerdConfig.SOCKET,
                        Kubeadm.DIRECTORY,
                        Kubeadm.ignoredErrors(target),
                        Kubeadm.minutes(target),
                        container,
                        target.ask(new NodeKernel()));
        return target.templates().render("cluster/kubeadm-init.yaml", config);
    }
}
