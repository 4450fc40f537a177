package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.CommandResult;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What libvirt puts into the firewall when it starts and leaves there when it ends. */
final class FakeIptables {
    private final TreeSet<String> chains = new TreeSet<>();
    private final TreeSet<String> jumps = new TreeSet<>();

    void libvirtStarts() {
        jumps.add("INPUT -j LIBVIRT_INP");
        chains.add("LIBVIRT_INP");
    }

    CommandResult saved(FakeHost host, Program.Call call) {
        return prints(
                "*filter\n"
                        + chains.stream()
                                .map(c -> ":" + c + " - [0:0]\n")
                                .collect(Collectors.joining())
                        + jumps.stream().map(j -> "-A " + j + "\n").collect(Collectors.joining())
                        + "COMMIT\n");
    }

    CommandResult run(FakeHost host, Program.Call call) {
        String words = String.join(" ", call.words());
        boolean gone =
                words.startsWith("-w -t filter -D ")
                        ? jumps.remove(words.substring("-w -t filter -D ".length()))
                        : words.startsWith("-w -t filter -X ")
                                && jumps.stream().noneMatch(j -> j.endsWith(call.words().getLast()))
                                && chains.remove(call.words().getLast());
        host.tick("iptables " + words);
        return gone ? prints("") : fails(1, "iptables: No such chain or rule: " + words + "\n");
    }
}
