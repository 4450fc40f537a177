package io.kubelab.steps.network;

import io.kubelab.document.Json;
import io.kubelab.failure.InvalidInput;
import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.RouteTo;
import io.kubelab.steps.general.WantedFile;
import io.kubelab.steps.node.HostMark;
import java.util.List;

/**
 * The node has its own part of the addresses of a network, so that no other node gives them to its
 * pods. Multus reads a network whose definition is empty from a file of the node.
 *
 * <pre>{@code
 * - network_on_node: { name: macvlan-conf, plugin: macvlan, args: '[ { "ipam": { "type": "host-local", ... } } ]' }
 * }</pre>
 *
 * @param name of the {@code network_attachment}, and of the node's file
 * @param plugin the CNI plugin
 * @param args as the {@code network_attachment} has it; its addresses are those of all nodes
 */
public record NetworkOnNode(String name, String plugin, String args) implements ClusterStep {
    /** Multus' default {@code confDir}. */
    private static final String DIRECTORY = "/etc/cni/multus/net.d/";

    @Override
    public String title() {
        return "the node has its own addresses of the network " + name;
    }

    @Override
    public Diff diff(Target target) {
        NetworkConfig config = NetworkConfig.of(target.documents(), name, plugin, args);
        NetworkShare share = share(target, config);
        List<Change> changes =
                new WantedFile(
                                DIRECTORY + name + ".conf",
                                new Content.Text(
                                        Json.text(onHost(target, config.with(share)).json())
                                                + "\n"),
                                FileAttributes.PUBLIC)
                        .changes(target);
        return changes.isEmpty()
                ? new Diff.InOrder(
                        "%s to %s".formatted(share.first(), share.last()),
                        PodsOfEarlier.strays(target, name, share))
                : new Diff.Needs(changes);
    }

    /**
     * Machines are made with the interface that the network names; on a host that was there before,
     * what leads to them may have any name.
     */
    private static NetworkConfig onHost(Target target, NetworkConfig config) {
        if (!HostMark.isBare(target)) {
            return config;
        }
        String virthost = AddressPlan.of(target.lab().tag(), target.settings()).virthost().text();
        return target.ask(new RouteTo(virthost))
                .map(route -> config.on(route.device()))
                .orElse(config);
    }

    private NetworkShare share(Target target, NetworkConfig config) {
        if (!config.isPerNode()) {
            throw new InvalidInput(
                    "network " + name,
                    "its addresses are not handed out by nodes (ipam host-local with rangeStart and rangeEnd)");
        }
        try {
            return NetworkShare.of(
                    config.first(), config.last(), target.lab().inventory().nodes(), target.host());
        } catch (IllegalArgumentException e) {
            throw new InvalidInput("network " + name, e.getMessage() + "; widen its range");
        }
    }
}
