package io.kubelab.adapter.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.ConnectionPointer;

/**
 * Calls of libvirt's C library that libvirt-java does not have. Numbers are of libvirt-domain.h and
 * libvirt-network.h.
 */
interface MissingCalls extends Library {
    /** {@code VIR_DOMAIN_DEFINE_VALIDATE}, {@code VIR_NETWORK_DEFINE_VALIDATE}. */
    int VALIDATE = 1;

    /** {@code VIR_NETWORK_UPDATE_COMMAND_ADD_LAST}. */
    int ADD = 3;

    /** {@code VIR_NETWORK_UPDATE_COMMAND_DELETE}. */
    int DELETE = 2;

    /** {@code VIR_NETWORK_SECTION_IP_DHCP_HOST}. */
    int DHCP_HOST = 4;

    /** {@code VIR_NETWORK_UPDATE_AFFECT_LIVE}. */
    int LIVE = 1;

    @Nullable Pointer virDomainDefineXMLFlags(ConnectionPointer connection, String xml, int flags);

    int virDomainFree(Pointer domain);

    @Nullable Pointer virNetworkDefineXMLFlags(ConnectionPointer connection, String xml, int flags);

    @Nullable Pointer virNetworkLookupByName(ConnectionPointer connection, String name);

    int virNetworkUpdate(
            Pointer network, int command, int section, int parentIndex, String xml, int flags);

    int virNetworkFree(Pointer network);

    /** Of the calling thread; belongs to libvirt. */
    @Nullable String virGetLastErrorMessage();

    /** Loaded when first needed: the library may come with this run's own packages. */
    static MissingCalls load() {
        return Native.load("virt", MissingCalls.class);
    }
}
