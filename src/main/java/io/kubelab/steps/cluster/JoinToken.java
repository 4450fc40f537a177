package io.kubelab.steps.cluster;

import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Json;
import io.kubelab.inventory.Host;
import io.kubelab.step.Change;
import io.kubelab.step.ClusterStep;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ClusterObjects;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A bootstrap token, as long as there are machines that have not joined. The one that {@code
 * kubeadm init} made serves for a day.
 *
 * <pre>{@code
 * - join_token
 * }</pre>
 */
public record JoinToken() implements ClusterStep {
    private static final Duration LIFE = Duration.ofHours(2);
    private static final Duration NEEDED = Duration.ofMinutes(30);
    private static final String TEMPLATE = "cluster/join-token.yaml";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    record Token(String name, String id, String secret, String expires) {
        @Override
        public String toString() {
            return name;
        }
    }

    @Override
    public String title() {
        return "machines may join the cluster";
    }

    @Override
    public Diff diff(Target target) {
        Set<String> joined =
                target.ask(new ClusterObjects("v1", "Node", "")).stream()
                        .flatMap(node -> node.text("metadata", "name").stream())
                        .collect(Collectors.toSet());
        List<Host> missing =
                target.lab().inventory().nodes().stream()
                        .filter(host -> !joined.contains(host.name()))
                        .toList();
        if (missing.isEmpty()) {
            return Diff.inOrder("all have joined");
        }
        Instant now = target.ask(new HostTime());
        Optional<BootstrapToken> token = target.ask(new BootstrapToken.OfCluster());
        return token.filter(t -> t.holdsUntil(now.plus(NEEDED))).isPresent()
                ? Diff.inOrder("the token %s holds".formatted(token.orElseThrow().id()))
                : Diff.needs(new Change.Apply(secret(target, now.plus(LIFE))));
    }

    private static Manifest secret(Target target, Instant expires) {
        // the same for a lab, so that there is never more than one of ours
        String id = target.lab().tag().uuid().toString().substring(0, 6);
        var token = new Token("bootstrap-token-" + id, id, random(16), expires.toString());
        return new Manifest(
                new ObjectRef("v1", "Secret", "kube-system", token.name()),
                Json.text(
                        target.documents()
                                .parse(TEMPLATE, target.templates().render(TEMPLATE, token))
                                .getFirst()));
    }

    private static String random(int length) {
        return new SecureRandom()
                .ints(length, 0, LETTERS.length())
                .mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining());
    }
}
