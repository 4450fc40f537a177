package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.util.TreeSet;

/** firewalld with libvirt's zone, which the bridges of networks are in. */
final class FakeFirewalld {
    private final TreeSet<String> rules = new TreeSet<>();

    /** As firewall-cmd. */
    static void model(FakeHost host) {
        var firewalld = new FakeFirewalld();
        host.live("firewalld", firewalld.rules::toString);
        host.model("firewall-cmd", firewalld::run);
        host.put("/usr/bin/firewall-cmd", new Content.Text("as it comes"), FileAttributes.PROGRAM);
    }

    private CommandResult run(FakeHost host, Program.Call call) {
        if (call.has("--state")) {
            return prints("running\n");
        } else if (!call.option("--get-zone-of-interface").isEmpty()) {
            return prints("libvirt\n");
        }
        if (call.has("--reload")) {
            rules.clear();
            host.tick("firewalld reload");
            return prints("success\n");
        }
        String asked = call.option("--query-rich-rule");
        String added = call.option("--add-rich-rule");
        String removed = call.option("--remove-rich-rule");
        if (!call.option("--zone").equals("libvirt") || (asked + added + removed).isEmpty()) {
            throw host.unmodelled("firewall-cmd", call);
        } else if (!asked.isEmpty()) {
            return rules.contains(asked) ? prints("yes\n") : fails(1, "no\n");
        }
        if (added.isEmpty() ? rules.remove(removed) : rules.add(added)) {
            host.tick("firewalld " + added + removed);
        }
        return prints("success\n");
    }
}
