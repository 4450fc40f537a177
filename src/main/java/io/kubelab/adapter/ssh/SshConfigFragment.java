package io.kubelab.adapter.ssh;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What ssh_config(5) says of the hosts of a lab, so that ssh, scp, rsync and Ansible reach them as
 * kubelab does: with the lab's key, through the virthost, and only if their host key is the one
 * that is known. For {@code ssh -F}, and for an {@code Include}.
 */
public final class SshConfigFragment {
    private final LocalUser me;

    public SshConfigFragment(LocalUser me) {
        this.me = me;
    }

    /** A block for each host that is reached by SSH. */
    public String of(Inventory inventory) {
        return inventory.hosts().stream()
                .filter(host -> host.access() instanceof Access.Ssh)
                .map(host -> block(inventory, host, (Access.Ssh) host.access()))
                .collect(Collectors.joining("\n"));
    }

    private String block(Inventory inventory, Host host, Access.Ssh access) {
        boolean ours = !access.knownHosts().isEmpty();
        SshConfig config = ours ? SshConfig.ofMachine(access, me) : SshConfig.of(access, me);
        var text = new StringBuilder();
        text.append("Host %s%n".formatted(host.name()));
        line(text, "HostName", config.address());
        line(text, "Port", String.valueOf(config.port()));
        line(text, "User", config.user());
        config.namedKey().ifPresent(key -> line(text, "IdentityFile", quoted(List.of(key))));
        line(text, "UserKnownHostsFile", quoted(config.knownHosts()));
        line(text, "StrictHostKeyChecking", "yes");
        if (ours) {
            line(text, "GlobalKnownHostsFile", "/dev/null");
            line(text, "IdentitiesOnly", "yes");
        }
        boolean through =
                !access.via().isEmpty()
                        && inventory.host(access.via()).access() instanceof Access.Ssh;
        if (through) {
            line(text, "ProxyJump", access.via());
        } else if (!config.jumps().isEmpty()) {
            line(text, "ProxyJump", String.join(",", config.jumps()));
        } else if (!config.proxyCommand().isEmpty()) {
            line(text, "ProxyCommand", config.proxyCommand());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append("    %s %s%n".formatted(key, value));
    }

    private static String quoted(List<Path> files) {
        return files.stream().map(file -> "\"" + file + "\"").collect(Collectors.joining(" "));
    }
}
