package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.regex.Pattern;

/**
 * libvirt's own table in the kernel's packet filter, where it is told by nft(8) ({@code
 * firewall_backend} of network.conf, libvirt 10.4 or newer). It takes the rules of a network away
 * with it, the table never.
 *
 * @param family {@code ip} or {@code ip6}
 */
record NftTable(String family) implements Fact.OfHost<NftTable.Found> {
    private static final String NAME = "libvirt_network";

    /** Each rule of a network's names its bridge. */
    private static final Pattern OF_NETWORK = Pattern.compile("(?m)^.*\\b[io]if(name)? ");

    enum Found {
        ABSENT,
        EMPTY,
        IN_USE
    }

    @Override
    public Command command() {
        return Command.of("nft", "list", "table", family, NAME);
    }

    @Override
    public Found parse(CommandResult result) {
        if (!result.ok()) {
            return Found.ABSENT;
        }
        return OF_NETWORK.matcher(result.out()).find() ? Found.IN_USE : Found.EMPTY;
    }

    Command removal() {
        return Command.of("nft", "delete", "table", family, NAME);
    }
}
