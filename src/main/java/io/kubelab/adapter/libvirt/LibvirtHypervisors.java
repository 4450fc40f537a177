package io.kubelab.adapter.libvirt;

import io.kubelab.inventory.Host;
import io.kubelab.machines.Hypervisors;
import io.kubelab.remote.Command;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import io.kubelab.remote.Privilege;
import io.kubelab.render.Templates;
import io.kubelab.settings.MachineSettings.DomainType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * libvirt's driver for a lab's machines on virthosts: by its own unix socket where we may open it,
 * else by that socket forwarded through the connection to the host.
 */
public final class LibvirtHypervisors implements Hypervisors {
    private final Connections connections;
    private final Templates templates;
    private final Driver driver;
    private final Map<String, LibvirtMachines> machines = new ConcurrentHashMap<>();

    public LibvirtHypervisors(Connections connections, Templates templates, DomainType machines) {
        this.connections = connections;
        this.templates = templates;
        this.driver = machines.isContainer() ? Driver.LXC : Driver.QEMU;
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
                name -> new LibvirtMachines(name, driver, () -> uris(virthost), templates));
    }

    private List<String> uris(Host virthost) {
        // anybody may write to it, but libvirt asks polkit about all but root
        if (virthost.access() instanceof Host.Access.Local
                && Privilege.ofThisProcess() == Privilege.ROOT) {
            // a daemon that crashed has left its socket
            List<String> there =
                    driver.sockets().stream()
                            .filter(socket -> Files.isWritable(Path.of(socket)))
                            .map(driver::uri)
                            .toList();
            if (!there.isEmpty()) {
                return there;
            }
        }
        return forwarded(virthost);
    }

    private List<String> forwarded(Host virthost) {
        Connection connection = connections.to(virthost);
        // the relay finds the socket itself, whichever it is
        Command relay = Command.of("virt-ssh-helper", driver.uri());
        return driver.sockets().stream()
                .map(socket -> driver.uri(connection.forwardSocket(socket, relay).toString()))
                .toList();
    }

    @Override
    public void close() {
        machines.values().forEach(LibvirtMachines::close);
        machines.clear();
    }
}
