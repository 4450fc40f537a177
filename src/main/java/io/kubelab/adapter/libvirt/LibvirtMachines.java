package io.kubelab.adapter.libvirt;

import io.kubelab.adapter.libvirt.LibvirtConnection.Refused;
import io.kubelab.failure.LabException;
import io.kubelab.failure.MachineFailed;
import io.kubelab.failure.Unreachable;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.NetworkSpec.Nat;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.render.Templates;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;

/**
 * One libvirt daemon. It is connected to when first asked, and again when it was restarted. JNA
 * holds the carrier of a virtual thread, hence the platform threads.
 */
final class LibvirtMachines implements VirtualMachines {
    /** For a domain: as it runs, or as it would start. */
    private static final int DOMAIN_AS_IT_IS = 0;

    /** {@code VIR_DOMAIN_XML_INACTIVE}: as it would start. */
    private static final int DOMAIN_AS_DEFINED = 2;

    /** {@code VIR_NETWORK_XML_INACTIVE}: metadata of a running network never changes. */
    private static final int NETWORK_AS_DEFINED = 1;

    private static final int NETWORK_AS_IT_IS = 0;

    /** {@code VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT}. */
    private static final int FROM_AGENT = 1;

    private static final int CALLS_AT_ONCE = 4;
    private static final int ATTEMPTS_TO_STOP = 5;

    private final String virthost;
    private final Driver driver;
    private final Uris uris;
    private final Definition definition;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    CALLS_AT_ONCE, Thread.ofPlatform().daemon().name("libvirt-", 0).factory());
    private final Object lock = new Object();
    private @Nullable LibvirtConnection connection;
    private @Nullable DomainEvents events;
    private String uri = "";

    /** libvirt URIs of one daemon, the likeliest first; asked for at each attempt to connect. */
    interface Uris {
        List<String> get();
    }

    private interface Call<T> {
        T on(LibvirtConnection connection) throws LibvirtException, Refused;
    }

    private interface Action {
        void on(LibvirtConnection connection) throws LibvirtException, Refused;
    }

    /**
     * @param virthost for messages
     */
    LibvirtMachines(String virthost, Driver driver, Uris uris, Templates templates) {
        this.virthost = virthost;
        this.driver = driver;
        this.uris = uris;
        this.definition = new Definition(templates);
    }

    @Override
    public List<Machine> machines() {
        return call(virthost, c -> c.domains().ask(c.listAllDomains(0), this::machine));
    }

    /** Connects now; whoever asks is told of failure. */
    void approach() {
        try {
            run(virthost, _ -> {});
        } catch (LabException e) {
            // whoever asks is told
        }
    }

    private Machine machine(Domain domain) throws LibvirtException {
        Description description = Description.of(domain.getXMLDesc(DOMAIN_AS_IT_IS));
        Optional<MachineSpec> asked = asked(description);
        return new Machine(
                domain.getName(),
                domain.isActive() == 1,
                description.owner(),
                asked,
                asked.isEmpty()
                        || (domain.isPersistent() == 1
                                && asked.equals(
                                        asked(
                                                Description.of(
                                                        domain.getXMLDesc(DOMAIN_AS_DEFINED))))));
    }

    private Optional<MachineSpec> asked(Description description) {
        return description
                .machine()
                .filter(description::holds)
                .filter(m -> definition.digest(m).equals(description.definition()));
    }

    @Override
    public List<Network> networks() {
        return call(virthost, c -> c.networks().ask(c.networkNames(), this::network));
    }

    private Network network(org.libvirt.Network network) throws LibvirtException {
        Description description = asDefined(network);
        return new Network(
                network.getName(),
                network.isActive() == 1,
                description.bridge(),
                description.owner(),
                description
                        .network()
                        .filter(description::holds)
                        .filter(Description.of(network.getXMLDesc(NETWORK_AS_IT_IS))::holds)
                        .filter(n -> definition.digest(n).equals(description.definition())));
    }

    @Override
    public Optional<List<String>> saidByAgent(String machine, String mac) {
        return call(
                machine,
                c ->
                        c.domains()
                                .ask(machine, domain -> saidByAgent(c, domain, mac))
                                .flatMap(said -> said));
    }

    private static Optional<List<String>> saidByAgent(
            LibvirtConnection c, Domain domain, String mac) throws LibvirtException {
        try {
            return Optional.of(
                    domain.interfaceAddresses(FROM_AGENT, 0).stream()
                            .filter(i -> mac.equals(i.hwAddr))
                            .flatMap(i -> i.addrs.stream())
                            .map(a -> a.address)
                            .filter(a -> a instanceof Inet4Address && !a.isLinkLocalAddress())
                            .map(InetAddress::getHostAddress)
                            .toList());
        } catch (LibvirtException e) {
            if (!alive(c)) {
                throw e;
            }
            // it is off, or has no agent, or one that doesn't answer
            return Optional.empty();
        }
    }

    @Override
    public void define(MachineSpec machine) {
        run(
                machine.name(),
                c -> {
                    Optional<String> uuid =
                            c.domains()
                                    .ask(
                                            machine.name(),
                                            there -> {
                                                throwUnlessOwned(
                                                        machine.name(),
                                                        machine.lab(),
                                                        Description.of(
                                                                there.getXMLDesc(DOMAIN_AS_IT_IS)));
                                                return there.getUUIDString();
                                            });
                    c.defineDomain(definition.xml(machine, uuid.orElse("")));
                });
    }

    @Override
    public void start(String machine) {
        run(
                machine,
                c ->
                        c.domains()
                                .need(
                                        machine,
                                        domain -> {
                                            if (domain.isActive() == 0) {
                                                create(domain);
                                            }
                                        }));
    }

    /**
     * A container's controller may find that the cgroup which libvirtd has just made for it is gone
     * (seen once, with two that started together after the first group was removed).
     */
    private static void create(Domain domain) throws LibvirtException {
        try {
            domain.create();
        } catch (LibvirtException e) {
            if (!String.valueOf(e.getMessage()).contains("/sys/fs/cgroup/")) {
                throw e;
            }
            domain.create();
        }
    }

    @Override
    public void stop(String machine) {
        run(machine, c -> c.domains().use(machine, LibvirtMachines::destroy));
    }

    /**
     * libvirt reads each cgroup of a container on the way and gives up if one is taken away before
     * it gets there, as those of pods are when their processes die; what it has killed till then
     * stays dead.
     */
    private static void destroy(Domain domain) throws LibvirtException {
        for (int attempt = 1; domain.isActive() == 1; attempt++) {
            try {
                domain.destroy();
                return;
            } catch (LibvirtException e) {
                if (attempt == ATTEMPTS_TO_STOP) {
                    Handles.throwUnless(e, ErrorNumber.VIR_ERR_OPERATION_INVALID);
                    return;
                }
            }
        }
    }

    @Override
    public void undefine(String machine) {
        run(machine, c -> c.domains().use(machine, d -> d.undefine(driver.undefinition())));
    }

    @Override
    public void define(NetworkSpec network) {
        run(
                network.name(),
                c -> {
                    Optional<String> uuid =
                            c.networks()
                                    .ask(
                                            network.name(),
                                            there -> {
                                                throwUnlessOwned(
                                                        network.name(),
                                                        network.lab(),
                                                        asDefined(there));
                                                if (there.isActive() == 1) {
                                                    bringUpToDate(c, there, network);
                                                }
                                                return there.getUUIDString();
                                            });
                    c.defineNetwork(definition.xml(network, uuid.orElse("")));
                    startNetwork(c, network.name());
                });
    }

    /**
     * A running network can take new reservations; for anything else it would have to be stopped
     * under its machines. Done before the new definition is stored, so that a run that is cut off
     * here does it again.
     */
    private void bringUpToDate(LibvirtConnection c, org.libvirt.Network running, NetworkSpec wanted)
            throws LibvirtException, Refused {
        Description description = Description.of(running.getXMLDesc(NETWORK_AS_IT_IS));
        NetworkSpec before =
                description
                        .network()
                        .orElseThrow(() -> new Refused("the network is not one of kubelab's"));
        boolean sameAddresses =
                before.nat().isPresent() == wanted.nat().isPresent()
                        && before.nat().stream()
                                .allMatch(n -> n.hasSameAddresses(wanted.nat().orElseThrow()));
        if (!before.bridge().equals(wanted.bridge()) || !sameAddresses) {
            running.destroy();
            return;
        }
        List<NetworkSpec.Reservation> given = description.reservations();
        List<NetworkSpec.Reservation> reservations =
                wanted.nat().map(Nat::reservations).orElse(List.of());
        for (NetworkSpec.Reservation old : given) {
            if (!reservations.contains(old)) {
                c.update(wanted.name(), MissingCalls.DELETE, definition.xml(old));
            }
        }
        for (NetworkSpec.Reservation added : reservations) {
            if (!given.contains(added)) {
                c.update(wanted.name(), MissingCalls.ADD, definition.xml(added));
            }
        }
    }

    private static Description asDefined(org.libvirt.Network network) throws LibvirtException {
        try {
            return Description.of(network.getXMLDesc(NETWORK_AS_DEFINED));
        } catch (LibvirtException e) {
            // libvirt's test driver has one description only
            Handles.throwUnless(e, ErrorNumber.VIR_ERR_INVALID_ARG);
            return Description.of(network.getXMLDesc(NETWORK_AS_IT_IS));
        }
    }

    @Override
    public void startNetwork(String network) {
        run(network, c -> startNetwork(c, network));
    }

    private static void startNetwork(LibvirtConnection c, String name)
            throws LibvirtException, Refused {
        c.networks()
                .need(
                        name,
                        network -> {
                            if (network.isActive() == 0) {
                                network.create();
                            }
                        });
    }

    @Override
    public void removeNetwork(String network) {
        run(
                network,
                c ->
                        c.networks()
                                .use(
                                        network,
                                        there -> {
                                            if (there.isActive() == 1) {
                                                there.destroy();
                                            }
                                            there.undefine();
                                        }));
    }

    /**
     * The first call only begins to listen and returns at once: whatever happened before it is for
     * the caller to see.
     */
    @Override
    public void awaitChange(Duration atMost) {
        DomainEvents listening;
        synchronized (lock) {
            listening = events;
        }
        try {
            if (listening == null) {
                run(
                        virthost,
                        _ -> {
                            synchronized (lock) {
                                if (events == null) {
                                    events = DomainEvents.open(uri);
                                }
                            }
                        });
            } else {
                listening.await(atMost);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        synchronized (lock) {
            try {
                if (events != null) {
                    events.close();
                }
                if (connection != null) {
                    connection.close();
                }
            } catch (LibvirtException _) {
                // the daemon is gone, and with it what there was to close
            }
            events = null;
            connection = null;
        }
    }

    private void throwUnlessOwned(String name, LabTag lab, Description there) {
        if (there.owner().filter(lab::equals).isEmpty()) {
            throw new MachineFailed(
                    name,
                    "there is one of this name on %s already, and it %s"
                            .formatted(
                                    virthost,
                                    there.owner()
                                            .map(o -> "belongs to the lab '" + o.name() + "'")
                                            .orElse("was not made by kubelab")),
                    "Give the machine another name in virtual_machines, or remove the other one by the means that made it.");
        }
    }

    private void run(String about, Action action) {
        call(
                about,
                c -> {
                    action.on(c);
                    return true;
                });
    }

    /**
     * @param about the machine, network or host that a failure is about
     */
    private <T> T call(String about, Call<T> call) {
        try {
            return threads.submit(() -> connected(about, call)).get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LabException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private <T> T connected(String about, Call<T> call) {
        for (boolean again = true; ; again = false) {
            LibvirtConnection c = connection();
            try {
                return call.on(c);
            } catch (LibvirtException | Refused e) {
                if (alive(c)) {
                    throw new MachineFailed(
                            about,
                            String.valueOf(e.getMessage()),
                            "libvirt on %s refused; its log is in the journal (libvirtd, virtqemud) and in /var/log/libvirt."
                                    .formatted(virthost),
                            e);
                }
                if (!again) {
                    throw unreachable(e);
                }
            }
        }
    }

    /** The connection; a new one if the daemon has gone since. */
    private LibvirtConnection connection() {
        synchronized (lock) {
            if (connection != null && alive(connection)) {
                return connection;
            }
            connection = null;
            Throwable first = null;
            for (String candidate : uris.get()) {
                try {
                    connection = LibvirtConnection.open(candidate);
                    uri = candidate;
                    return connection;
                } catch (LibvirtException e) {
                    first = first == null ? e : first;
                } catch (UnsatisfiedLinkError e) {
                    throw new Unreachable(
                            virthost,
                            "libvirt's client library is missing on this workstation",
                            "Install it: the package is libvirt0 on Debian and Ubuntu, libvirt-libs on Fedora.",
                            e);
                }
            }
            throw unreachable(first);
        }
    }

    private static boolean alive(LibvirtConnection c) {
        try {
            return c.isAlive();
        } catch (LibvirtException _) {
            return false;
        }
    }

    private Unreachable unreachable(@Nullable Throwable why) {
        return new Unreachable(
                virthost,
                "libvirt does not answer"
                        + (why == null || why.getMessage() == null ? "" : ": " + why.getMessage()),
                "Run 'kubelab virthost-setup', which installs and starts it.",
                why == null ? new IllegalStateException("no URI") : why);
    }

    private Unreachable interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Unreachable(
                virthost,
                "interrupted while waiting for libvirt",
                "Run the same command again; it goes on from there.",
                e);
    }
}
