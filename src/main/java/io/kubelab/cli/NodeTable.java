package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter.Table;
import io.kubelab.document.Node;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Nodes of a cluster as {@code kubectl get nodes} shows them, with their addresses. */
final class NodeTable {
    private static final String ROLE = "node-role.kubernetes.io/";

    private NodeTable() {}

    /**
     * @param nodes objects of kind Node
     */
    static Table of(List<Node> nodes) {
        return new Table(
                List.of("NAME", "STATUS", "ROLES", "VERSION", "INTERNAL-IP"),
                nodes.stream().map(NodeTable::row).toList());
    }

    private static List<String> row(Node node) {
        return List.of(
                node.text("metadata", "name").orElse(""),
                status(node),
                roles(node),
                node.text("status", "nodeInfo", "kubeletVersion").orElse(""),
                where(node.list("status", "addresses"), "InternalIP")
                        .flatMap(a -> a.text("address").stream())
                        .findFirst()
                        .orElse("<none>"));
    }

    private static String status(Node node) {
        return where(node.list("status", "conditions"), "Ready")
                        .anyMatch(c -> c.text("status").orElse("").equals("True"))
                ? "Ready"
                : "NotReady";
    }

    private static Stream<Node> where(List<Node> items, String type) {
        return items.stream().filter(item -> item.text("type").orElse("").equals(type));
    }

    private static String roles(Node node) {
        Stream<Node.Entry> labels =
                node.at("metadata", "labels").orElse(node) instanceof Node.Mapping labelled
                        ? labelled.entries().stream()
                        : Stream.of();
        String roles =
                labels.map(label -> label.key().text())
                        .filter(label -> label.startsWith(ROLE))
                        .map(label -> label.substring(ROLE.length()))
                        .collect(Collectors.joining(","));
        return roles.isEmpty() ? "<none>" : roles;
    }
}
