package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * firewalld with libvirt's zone, and another for everything that nobody has put into one: libvirt
 * has not told it of its bridges.
 */
final class FakeFirewalld {
    private static final List<String> ZONES = List.of("libvirt", "public");

    /** Zone and interface. */
    private final TreeSet<String> interfaces = new TreeSet<>();

    /** Zone and rule. */
    private final TreeSet<String> rules = new TreeSet<>();

    /** As firewall-cmd. */
    static void model(FakeHost host) {
        var firewalld = new FakeFirewalld();
        host.live(
                "firewalld",
                () ->
                        Stream.concat(firewalld.interfaces.stream(), firewalld.rules.stream())
                                .toList()
                                .toString());
        host.model("firewall-cmd", firewalld::run);
        host.put("/usr/bin/firewall-cmd", new Content.Text("as it comes"), FileAttributes.PROGRAM);
    }

    private CommandResult run(FakeHost host, Program.Call call) {
        if (call.has("--state")) {
            return prints("running\n");
        } else if (call.has("--get-default-zone")) {
            return prints("public\n");
        } else if (call.has("--get-active-zones")) {
            return prints(ZONES.stream().map(this::active).collect(Collectors.joining()));
        } else if (call.has("--reload")) {
            rules.clear();
            host.tick("firewalld reload");
            return prints("success\n");
        }
        String zone = call.option("--zone");
        if (!ZONES.contains(zone)) {
            throw host.unmodelled("firewall-cmd", call);
        }
        String asked = call.option("--query-rich-rule");
        if (!asked.isEmpty()) {
            boolean there = !call.has("--permanent") && rules.contains(zone + " " + asked);
            return there ? prints("yes\n") : fails(1, "no\n");
        }
        boolean changed =
                option(call, "--add-rich-rule", zone).map(rules::add).orElse(false)
                        || option(call, "--remove-rich-rule", zone).map(rules::remove).orElse(false)
                        || option(call, "--change-interface", zone)
                                .map(interfaces::add)
                                .orElse(false)
                        || option(call, "--remove-interface", zone)
                                .map(interfaces::remove)
                                .orElse(false);
        if (!changed) {
            throw host.unmodelled("firewall-cmd", call);
        }
        host.tick("firewalld " + String.join(" ", call.words()));
        return prints("success\n");
    }

    private static Optional<String> option(Program.Call call, String name, String zone) {
        return Optional.of(call.option(name)).filter(v -> !v.isEmpty()).map(v -> zone + " " + v);
    }

    private String active(String zone) {
        String in =
                interfaces.stream()
                        .filter(i -> i.startsWith(zone + " "))
                        .map(i -> i.substring(zone.length()))
                        .collect(Collectors.joining());
        return in.isEmpty() ? "" : "%s%n  interfaces:%s%n".formatted(zone, in);
    }
}
