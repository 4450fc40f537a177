package io.kubelab.adapter.libvirt;

import java.util.List;

/** A driver of libvirt's for one kind of machines. */
enum Driver {
    LXC("lxc", "virtlxcd", 0),
    /** For emulated machines as well as for those that run by KVM. */
    QEMU("qemu", "virtqemud", Driver.WITH_EVERYTHING);

    /**
     * {@code VIR_DOMAIN_UNDEFINE_} {@code MANAGED_SAVE}, {@code SNAPSHOTS_METADATA}, {@code NVRAM}
     * and {@code CHECKPOINTS_METADATA}, which the other driver doesn't know.
     */
    private static final int WITH_EVERYTHING = 1 | 2 | 4 | 16;

    /** The monolithic daemon's, or that of virtproxyd, which stands in for it. */
    private static final String LIBVIRTD = "/run/libvirt/libvirt-sock";

    private final String scheme;
    private final String daemon;
    private final int undefinition;

    Driver(String scheme, String daemon, int undefinition) {
        this.scheme = scheme;
        this.daemon = daemon;
        this.undefinition = undefinition;
    }

    /** Where daemons that have the driver listen, the likeliest first. */
    List<String> sockets() {
        return List.of(LIBVIRTD, "/run/libvirt/%s-sock".formatted(daemon));
    }

    /** Of the driver on the host itself. */
    String uri() {
        return scheme + ":///system";
    }

    /**
     * @param socket file of this machine
     */
    String uri(String socket) {
        return "%s+unix:///system?socket=%s".formatted(scheme, socket);
    }

    /** Flags that leave nothing of a domain. */
    int undefinition() {
        return undefinition;
    }
}
