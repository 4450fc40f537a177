package io.kubelab.adapter.libvirt;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.kubelab.machines.NetworkSpec.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.Network;
import org.libvirt.jna.Libvirt.VirErrorCallback;

/**
 * libvirt-java's connection with the calls that it lacks. Handles of domains and networks are lent
 * for one use, so that each is freed.
 */
final class LibvirtConnection extends Connect {
    /** libvirt prints every error to stderr unless it has a callback; ours are exceptions. */
    private static final VirErrorCallback SILENCE = (_, _) -> {};

    private final MissingCalls missing = MissingCalls.load();

    private LibvirtConnection(String uri) throws LibvirtException {
        super(uri);
    }

    /**
     * @throws UnsatisfiedLinkError without libvirt's client library. It is looked for before any
     *     class of libvirt-java is, since those never recover from its absence.
     */
    static LibvirtConnection open(String uri) throws LibvirtException {
        NativeLibrary.getInstance("virt");
        Connect.setErrorCallback(SILENCE);
        return new LibvirtConnection(uri);
    }

    static void rehearse() {
        try {
            NativeLibrary.getInstance("virt");
            Connect.setErrorCallback(SILENCE);
            var _ = MissingCalls.load();
        } catch (UnsatisfiedLinkError e) {
            // it is installed by then, or whoever needs it will be told
        } catch (LibvirtException e) {
            throw new IllegalStateException("a callback is only remembered", e);
        }
    }

    /** A refusal of one of the calls below. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(@Nullable String why) {
            super(why == null ? "libvirt gave no reason" : why);
        }
    }

    /** What is done with a domain or a network. */
    interface Use<H> {
        void of(H handle) throws LibvirtException, Refused;
    }

    /** What is asked about a domain or a network. */
    interface Question<H, T> {
        T about(H handle) throws LibvirtException, Refused;
    }

    /** Empty: there is no such domain. */
    <T> Optional<T> askDomain(String name, Question<Domain, T> question)
            throws LibvirtException, Refused {
        Domain domain;
        try {
            domain = domainLookupByName(name);
        } catch (LibvirtException e) {
            throwUnless(e, ErrorNumber.VIR_ERR_NO_DOMAIN);
            return Optional.empty();
        }
        return Optional.of(lent(domain, question));
    }

    /** If there is such a domain. */
    void useDomain(String name, Use<Domain> use) throws LibvirtException, Refused {
        askDomain(name, using(use));
    }

    /**
     * @throws LibvirtException if there is no such domain
     */
    void needDomain(String name, Use<Domain> use) throws LibvirtException, Refused {
        lent(domainLookupByName(name), using(use));
    }

    private static <T> T lent(Domain domain, Question<Domain, T> question)
            throws LibvirtException, Refused {
        try {
            return question.about(domain);
        } finally {
            domain.free();
        }
    }

    /** About all domains, those that run and those that are defined. */
    <T> List<T> askDomains(Question<Domain, T> question) throws LibvirtException, Refused {
        var answers = new ArrayList<T>();
        for (Domain domain : listAllDomains(0)) {
            try {
                answers.add(lent(domain, question));
            } catch (LibvirtException e) {
                // it vanished between the list and the look
                throwUnless(e, ErrorNumber.VIR_ERR_NO_DOMAIN);
            }
        }
        return List.copyOf(answers);
    }

    /** Empty: there is no such network. */
    <T> Optional<T> askNetwork(String name, Question<Network, T> question)
            throws LibvirtException, Refused {
        Network network;
        try {
            network = networkLookupByName(name);
        } catch (LibvirtException e) {
            throwUnless(e, ErrorNumber.VIR_ERR_NO_NETWORK);
            return Optional.empty();
        }
        return Optional.of(lent(network, question));
    }

    /** If there is such a network. */
    void useNetwork(String name, Use<Network> use) throws LibvirtException, Refused {
        askNetwork(name, using(use));
    }

    /**
     * @throws LibvirtException if there is no such network
     */
    void needNetwork(String name, Use<Network> use) throws LibvirtException, Refused {
        lent(networkLookupByName(name), using(use));
    }

    private static <T> T lent(Network network, Question<Network, T> question)
            throws LibvirtException, Refused {
        try {
            return question.about(network);
        } finally {
            network.free();
        }
    }

    /** About all networks, those that run and those that are defined. */
    <T> List<T> askNetworks(Question<Network, T> question) throws LibvirtException, Refused {
        var answers = new ArrayList<T>();
        for (String name :
                Stream.of(listNetworks(), listDefinedNetworks())
                        .flatMap(Stream::of)
                        .distinct()
                        .toList()) {
            askNetwork(name, question).ifPresent(answers::add);
        }
        return List.copyOf(answers);
    }

    private static <H> Question<H, Boolean> using(Use<H> use) {
        return handle -> {
            use.of(handle);
            return true;
        };
    }

    static void throwUnless(LibvirtException e, ErrorNumber expected) throws LibvirtException {
        if (e.getError() == null || e.getError().getCode() != expected) {
            throw e;
        }
    }

    /** Defines a domain whose XML must hold against libvirt's schema. */
    void defineDomain(String xml) throws Refused {
        missing.virDomainFree(
                some(missing.virDomainDefineXMLFlags(vcp, xml, MissingCalls.VALIDATE)));
    }

    /** Defines a network whose XML must hold against libvirt's schema. */
    void defineNetwork(String xml) throws Refused {
        missing.virNetworkFree(
                some(missing.virNetworkDefineXMLFlags(vcp, xml, MissingCalls.VALIDATE)));
    }

    /**
     * Gives or takes a reservation of a running network.
     *
     * @param command {@link MissingCalls#ADD} or {@link MissingCalls#DELETE}
     * @param xml a {@link Reservation} as a {@code host} element
     */
    void update(String network, int command, String xml) throws Refused {
        Pointer handle = some(missing.virNetworkLookupByName(vcp, network));
        try {
            if (missing.virNetworkUpdate(
                            handle, command, MissingCalls.DHCP_HOST, -1, xml, MissingCalls.LIVE)
                    < 0) {
                throw new Refused(missing.virGetLastErrorMessage());
            }
        } finally {
            missing.virNetworkFree(handle);
        }
    }

    private Pointer some(@Nullable Pointer handle) throws Refused {
        if (handle == null) {
            throw new Refused(missing.virGetLastErrorMessage());
        }
        return handle;
    }
}
