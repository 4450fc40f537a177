package io.kubelab.adapter.libvirt;

import io.kubelab.inventory.Host;
import io.kubelab.machines.Hypervisors;
import io.kubelab.remote.Command;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import io.kubelab.remote.Privilege;
import io.kubelab.render.Templates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * libvirt's LXC driver on virthosts: by its own unix socket where we may open it, else by that
 * socket forwarded through the connection to the host.
 */
public final class LibvirtHypervisors implements Hypervisors {
    /** The monolithic daemon, or virtproxyd, which stands in for it. */
    private static final String LIBVIRTD = "/run/libvirt/libvirt-sock";

    /** The modular LXC daemon. */
    private static final String VIRTLXCD = "/run/libvirt/virtlxcd-sock";

    /** Finds the socket itself, whichever it is. */
    private static final Command RELAY = Command.of("virt-ssh-helper", "lxc:///system");

    private final Connections connections;
    private final Templates templates;
    private final Map<String, LibvirtMachines> machines = new ConcurrentHashMap<>();

    public LibvirtHypervisors(Connections connections, Templates templates) {
        this.connections = connections;
        this.templates = templates;
    }

    /** Loads libvirt's library, if it is there, before it is known which daemon will be asked. */
    public static void rehearse() {
        LibvirtConnection.rehearse();
    }

    @Override
    public void approach(Host virthost) {
        on(virthost).approach();
    }

    @Override
    public LibvirtMachines on(Host virthost) {
        return machines.computeIfAbsent(
                virthost.name(),
                name -> new LibvirtMachines(name, () -> uris(virthost), templates));
    }

    private List<String> uris(Host virthost) {
        // anybody may write to it, but libvirt asks polkit about all but root
        if (virthost.access() instanceof Host.Access.Local
                && Privilege.ofThisProcess() == Privilege.ROOT) {
            return Stream.of(LIBVIRTD, VIRTLXCD)
                    .filter(socket -> Files.isWritable(Path.of(socket)))
                    .findFirst()
                    .map(socket -> List.of(uri(Path.of(socket))))
                    .orElseGet(() -> forwarded(virthost));
        }
        return forwarded(virthost);
    }

    private List<String> forwarded(Host virthost) {
        Connection connection = connections.to(virthost);
        return Stream.of(LIBVIRTD, VIRTLXCD)
                .map(socket -> uri(connection.forwardSocket(socket, RELAY)))
                .toList();
    }

    private static String uri(Path socket) {
        return "lxc+unix:///system?socket=" + socket;
    }

    @Override
    public void close() {
        machines.values().forEach(LibvirtMachines::close);
        machines.clear();
    }
}
