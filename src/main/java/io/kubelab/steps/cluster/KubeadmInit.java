package io.kubelab.steps.cluster;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.settings.KubernetesSettings;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
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
 * A control plane by {@code kubeadm init}, where no other of the lab's control planes has a cluster
 * already, which this one then joins. An init that was cut off is waited for if it still runs; else
 * what it left, or a teardown that was cut off, is reset first. A control plane that was once
 * complete is never reset: what it lacks of kubeadm's add-ons is added.
 *
 * <pre>{@code
 * - kubeadm_init
 * }</pre>
 */
public record KubeadmInit() implements ClusterStep {
    private static final String REMEDY =
            "Its output says why; 'journalctl -u kubelet' and 'crictl ps -a' on the control plane say more. The same command goes on from here.";
    private static final ObjectRef CONFIG =
            new ObjectRef("v1", "ConfigMap", "kube-system", "kubeadm-config");
    private static final List<ObjectRef> ADDONS =
            List.of(
                    new ObjectRef("apps/v1", "Deployment", "kube-system", "coredns"),
                    new ObjectRef("v1", "Service", "kube-system", "kube-dns"),
                    new ObjectRef("v1", "ConfigMap", "kube-system", "coredns"),
                    new ObjectRef("v1", "ServiceAccount", "kube-system", "coredns"),
                    new ObjectRef("apps/v1", "DaemonSet", "kube-system", "kube-proxy"),
                    new ObjectRef("v1", "ConfigMap", "kube-system", "kube-proxy"),
                    new ObjectRef("v1", "ServiceAccount", "kube-system", "kube-proxy"));

    /**
     * @param endpoint name of the API servers, where there may be several; else empty
     * @param names further addresses that clients know them by
     */
    record Config(
            String node,
            String address,
            int port,
            String endpoint,
            List<String> names,
            String cluster,
            KubernetesSettings kubernetes,
            String socket,
            String patches,
            List<String> ignoredErrors,
            long minutes,
            boolean container,
            boolean slow,
            NodeKernel.Found kernel) {}

    @Override
    public String title() {
        return "there is a control plane";
    }

    @Override
    public Diff diff(Target target) {
        String api = Kubeadm.api(target, target.host());
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
                                Kubeadm.answers(api)));
        boolean runs = there.get(0);
        boolean written = there.get(1);
        boolean begun = there.get(2);
        boolean complete = there.get(3);
        boolean answers = there.get(4);
        if (runs) {
            return Kubeadm.awaited(target);
        }
        // the files of a join that was cut off may look complete
        if (!begun || !complete || (written && !answers)) {
            Optional<Host> other = Membership.elsewhere(target);
            if (other.isPresent()) {
                return Diff.inOrder("the cluster is on %s".formatted(other.get()));
            }
        }
        if (!begun || !complete) {
            Membership.checkNothingIsLeft(target);
            return needs(target, NodeReset.changes(target), init());
        } else if (!answers) {
            return Kubeadm.answerAwaited(target, api);
        } else if (written) {
            return new Diff.Needs(Kubeadm.tidied());
        }
        if (target.lab().inventory().sharesApiServer()) {
            checkEndpoint(target);
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

    /**
     * Certificates and kubeconfigs of a cluster that was made for one control plane name that one's
     * address.
     *
     * @throws ClusterFailed if it is such a cluster
     */
    private static void checkEndpoint(Target target) {
        boolean shared =
                target.ask(new ClusterObject(CONFIG))
                        .flatMap(config -> config.text("data", "ClusterConfiguration"))
                        .flatMap(text ->
                                target.documents()
                                        .parse(CONFIG.toString(), text)
                                        .getFirst()
                                        .text("controlPlaneEndpoint"))
                        .filter(endpoint -> !endpoint.isEmpty())
                        .isPresent();
        if (!shared) {
            throw new ClusterFailed(
                    CONFIG.toString(),
                    "the cluster was made for one control plane, whose address is in all certificates, and can't have others or a load balancer",
                    "'kubelab kube-teardown' and then 'kubelab up' make it anew; or take machines of 'node_type: %s' and '%s' out of virtual_machines."
                            .formatted(Inventory.FURTHER_CONTROL_PLANES, Inventory.LOAD_BALANCERS));
        }
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
        changes.addAll(Kubeadm.patches(target));
        if (!Kubeadm.isSlow(target)) {
            changes.add(quickDns(target));
        }
        changes.add(Kubeadm.call(command, REMEDY));
        changes.add(new Change.Remove(Kubeadm.DIRECTORY));
        changes.add(new Change.ReconnectCluster("the control plane is new"));
        return new Diff.Needs(changes);
    }

    private static Change quickDns(Target target) {
        return Kubeadm.file(
                "corednsdeployment+strategic.yaml",
                new Content.Text(
                        target.templates()
                                .render("cluster/corednsdeployment.yaml", new NoValues())));
    }

    record NoValues() {}

    private static Command init() {
        // the token of the printed command would end up in logs
        return Command.of(
                "kubeadm", "init", "--skip-token-print", "--config", Kubeadm.path("init.yaml"));
    }

    private static String config(Target target) {
        boolean container = target.settings().machines().domainType().isContainer();
        Inventory inventory = target.lab().inventory();
        var config =
                new Config(
                        target.host().name(),
                        Kubeadm.address(target, target.host()),
                        Kubeadm.API_PORT,
                        inventory.sharesApiServer() ? AddressPlan.API_SERVER : "",
                        inventory.group(Inventory.LOAD_BALANCERS).stream()
                                .map(host -> Kubeadm.address(target, host))
                                .toList(),
                        target.lab().tag().name(),
                        target.settings().kubernetes(),
                        ContainerdConfig.SOCKET,
                        Kubeadm.DIRECTORY,
                        Kubeadm.ignoredErrors(target),
                        Kubeadm.minutes(target),
                        container,
                        Kubeadm.isSlow(target),
                        target.ask(new NodeKernel()));
        return target.templates().render("cluster/kubeadm-init.yaml", config);
    }
}
