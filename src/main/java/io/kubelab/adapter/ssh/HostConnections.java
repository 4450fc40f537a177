package io.kubelab.adapter.ssh;

import io.kubelab.failure.LabException;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import io.kubelab.remote.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a run, each made when first asked for; hosts are connected to side by side, a
 * machine through the host that it names.
 */
public final class HostConnections implements Connections {
    private final LocalUser me;
    private final Answers answers;
    private final Optional<Content.Secret> password;
    private final Function<String, Host> hosts;
    private final Machines machines;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    /** What is expected of machines, and so how long they are tried. */
    public enum Machines {
        BOOTING,
        BOOTED;

        private SshSession.Patience patience() {
            return switch (this) {
                case BOOTING -> SshSession.Patience.MACHINE;
                case BOOTED -> SshSession.Patience.BOOTED;
            };
        }
    }

    /** At most one connection to a host. */
    private static final class Slot {
        final ReentrantLock lock = new ReentrantLock();
        final List<AutoCloseable> links = new CopyOnWriteArrayList<>();
        volatile @Nullable ShellConnection connection;
        @Nullable SshLink ssh;

        void close() {
            ShellConnection current = connection;
            if (current != null) {
                current.close();
            }
            Closing.all(links);
            links.clear();
        }
    }

    /** To machines that may have been started just now. */
    public HostConnections(
            LocalUser me,
            Questions questions,
            Optional<Content.Secret> password,
            Function<String, Host> hosts) {
        this(me, questions, password, hosts, Machines.BOOTING);
    }

    /**
     * @param password what {@code -K} asked for: sudo's password, the same for every host
     * @param hosts finds a host that another one is reached through, by name
     */
    public HostConnections(
            LocalUser me,
            Questions questions,
            Optional<Content.Secret> password,
            Function<String, Host> hosts,
            Machines machines) {
        this.machines = machines;
        this.me = me;
        this.answers = new Answers(questions);
        this.password = password;
        this.hosts = hosts;
    }

    @Override
    public Connection to(Host host) {
        return connected(host).connection;
    }

    @Override
    public boolean approach(Host host) {
        return switch (host.access()) {
            case Access.Local() -> true;
            case Access.Ssh ssh when ssh.address().isEmpty() -> false;
            case Access.Ssh ssh when ssh.knownHosts().isEmpty() -> isConnected(host);
            case Access.Ssh _ -> tried(host);
        };
    }

    private boolean isConnected(Host host) {
        Slot slot = slots.get(host.name());
        return slot != null && slot.connection != null;
    }

    private boolean tried(Host host) {
        try {
            connected(host, SshLink::tryToOpen);
            return true;
        } catch (LabException e) {
            return false; // whoever needs it will be told
        }
    }

    /** Loads what the first login of a process takes, before it is known where to. */
    public static void rehearse() {
        SshSession.rehearse();
    }

    /** A session of the login user for a person; not part of the run's connection. */
    SshLogin login(Host host) {
        if (!(host.access() instanceof Access.Ssh access)) {
            throw new IllegalArgumentException(host + " is this machine");
        }
        var through = new ArrayList<AutoCloseable>();
        try {
            return new SshLogin(sessions(host.name(), access, through).open(), through);
        } catch (RuntimeException e) {
            Closing.all(through);
            throw e;
        }
    }

    private record Connected(ShellConnection connection, Optional<SshLink> ssh) {}

    private Connected connected(Host host) {
        return connected(host, SshLink::open);
    }

    private Connected connected(Host host, Consumer<SshLink> opening) {
        Slot slot = slots.computeIfAbsent(host.name(), _ -> new Slot());
        slot.lock.lock();
        try {
            ShellConnection current = slot.connection;
            if (current == null) {
                Link link =
                        switch (host.access()) {
                            case Access.Local() -> local(host);
                            case Access.Ssh ssh -> {
                                SshLink made = ssh(host.name(), ssh, slot.links);
                                slot.ssh = made;
                                opening.accept(made);
                                yield made;
                            }
                        };
                current = new ShellConnection(link, me);
                slot.connection = current;
            }
            return new Connected(current, Optional.ofNullable(slot.ssh));
        } catch (RuntimeException e) {
            slot.close();
            throw e;
        } finally {
            slot.lock.unlock();
        }
    }

    /**
     * The workstation is worked on as who runs kubelab; a virthost that happens to be it, as root.
     */
    private Link local(Host host) {
        Elevation elevation =
                host.name().equals(Inventory.WORKSTATION)
                        ? Elevation.none(host.name(), me.name())
                        : switch (me.privilege()) {
                            case ROOT -> Elevation.none(host.name(), me.name());
                            case CHANGES_USER -> Elevation.change(host.name(), me.name());
                            case SUDO -> Elevation.sudo(host.name(), me.name(), password);
                        };
        return new LocalLink(host.name(), elevation, me);
    }

    private SshLink ssh(String name, Access.Ssh access, List<AutoCloseable> links) {
        SshSession sessions = sessions(name, access, links);
        var link =
                new SshLink(
                        sessions,
                        "root".equals(sessions.user())
                                ? Elevation.none(name, sessions.user())
                                : Elevation.sudo(name, sessions.user(), password));
        links.add(link);
        return link;
    }

    /**
     * @param links collects the sessions that were made to go through, for closing
     */
    private SshSession sessions(String name, Access.Ssh access, List<AutoCloseable> links) {
        if (access.address().isEmpty()) {
            throw new Unreachable(
                    name,
                    "its address is not known yet",
                    "Run 'kubelab virthost-setup', which makes the machines.");
        }
        if (!access.knownHosts().isEmpty()) {
            return new SshSession(
                    name,
                    SshConfig.ofMachine(access, me),
                    new KnownHosts.Strangers.Refused(),
                    answers,
                    via(access),
                    machines.patience());
        }
        SshConfig config = SshConfig.of(access, me);
        return new SshSession(
                name,
                config,
                new KnownHosts.Strangers.Asked(
                        answers, config.knownHosts().getFirst(), config.names()),
                answers,
                access.via().isEmpty() ? jumps(config, links) : via(access),
                SshSession.Patience.HOST);
    }

    private Optional<SshSession.Way> via(Access.Ssh access) {
        if (access.via().isEmpty() || hosts.apply(access.via()).access() instanceof Access.Local) {
            return Optional.empty();
        }
        // looked up each time: that connection may be forgotten and made anew
        return Optional.of(attempt -> {
            Host host = hosts.apply(access.via());
            return connected(host).ssh().orElseThrow().way().proxy(attempt);
        });
    }

    /** What ssh_config says to go through. */
    private Optional<SshSession.Way> jumps(SshConfig config, List<AutoCloseable> links) {
        if (!config.proxyCommand().isEmpty()) {
            return Optional.of(_ -> new ProxyCommand(config));
        }
        if (config.jumps().isEmpty()) {
            return Optional.empty();
        }
        // the last jump is connected to through those before it
        var jump = config.jumps().getLast();
        SshConfig there = SshConfig.of(SshConfig.jump(jump), me);
        var before = config.jumps().subList(0, config.jumps().size() - 1);
        var link =
                new SshLink(
                        new SshSession(
                                jump,
                                there,
                                new KnownHosts.Strangers.Asked(
                                        answers, there.knownHosts().getFirst(), there.names()),
                                answers,
                                jumps(before.isEmpty() ? there : there.through(before), links),
                                SshSession.Patience.HOST),
                        Elevation.none(jump, there.user()));
        links.add(link);
        return Optional.of(link.way());
    }

    @Override
    public void forget(Host host) {
        Slot slot = slots.remove(host.name());
        if (slot != null) {
            slot.close();
        }
    }

    @Override
    public void close() {
        slots.values().forEach(Slot::close);
        slots.clear();
    }
}
