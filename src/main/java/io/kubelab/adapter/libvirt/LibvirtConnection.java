package io.kubelab.adapter.libvirt;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.kubelab.machines.NetworkSpec.Reservation;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Domain;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.Network;
import org.libvirt.jna.Libvirt.VirErrorCallback;

/** libvirt-java's connection with the calls that it lacks. */
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

    Handles<Domain> domains() {
        return new Handles<>(this::domainLookupByName, Domain::free, ErrorNumber.VIR_ERR_NO_DOMAIN);
    }

    Handles<Network> networks() {
        return new Handles<>(
                this::networkLookupByName, Network::free, ErrorNumber.VIR_ERR_NO_NETWORK);
    }

    /** Names of those that run and those that are defined. */
    List<String> networkNames() throws LibvirtException {
        return Stream.of(listNetworks(), listDefinedNetworks())
                .flatMap(Stream::of)
                .distinct()
                .toList();
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
