package io.kubelab.steps.cluster;

import io.kubelab.document.Node;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Change;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The etcd of a control plane, through the JSON form of its interface, which it serves beside gRPC
 * (etcd.io: "gRPC gateway") and which needs no program of etcd's own.
 */
final class Etcd {
    private static final String CERTIFICATES = "/etc/kubernetes/pki/etcd/";
    private static final Duration MOMENT = Duration.ofSeconds(30);

    private Etcd() {}

    /**
     * @param id decimal
     * @param name of its node; empty as long as it has not started
     * @param address by which the others know it
     */
    record Member(String id, String name, String address) {}

    /**
     * The answer to a question for all members, in JSON. Empty if there is none, as when less than
     * half of the members are there.
     */
    record Listing() implements Fact.OfHost<Optional<String>> {
        @Override
        public Command command() {
            return call("list", "{\"linearizable\": true}");
        }

        @Override
        public Optional<String> parse(CommandResult result) {
            return result.ok() ? Optional.of(result.out()) : Optional.empty();
        }
    }

    static List<Member> members(Target target, String listing) {
        return target
                .documents()
                .parse("etcd's members", listing)
                .getFirst()
                .list("members")
                .stream()
                .map(Etcd::member)
                .toList();
    }

    private static Member member(Node read) {
        String url = read.text("peerURLs", "0").orElse("");
        return new Member(
                read.text("ID").orElse(""),
                read.text("name").orElse(""),
                Optional.ofNullable(URI.create(url).getHost()).orElse(""));
    }

    static Change removal(Member member) {
        return new Change.Run(
                call("remove", "{\"ID\": \"%s\"}".formatted(member.id())),
                MOMENT,
                "Look at etcd's log: 'kubectl -n kube-system logs -l component=etcd'.");
    }

    /** The key is named by its file. */
    private static Command call(String what, String request) {
        return Command.of(
                "curl",
                "--silent",
                "--show-error",
                "--fail",
                "--max-time",
                "10",
                "--cacert",
                CERTIFICATES + "ca.crt",
                "--cert",
                CERTIFICATES + "healthcheck-client.crt",
                "--key",
                CERTIFICATES + "healthcheck-client.key",
                "--data",
                request,
                "https://127.0.0.1:2379/v3/cluster/member/" + what);
    }
}
