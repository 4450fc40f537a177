package io.kubelab.adapter.libvirt;

import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.remote.Content;
import io.kubelab.render.Templates;

/**
 * Makes libvirt's XML from what was asked for. The metadata of an object carries the digest of its
 * definition, so that a template that was edited counts as another wish although the record is the
 * same.
 */
record Definition(Templates templates) {
    static final String NAMESPACE = "urn:kubelab:lab:1";

    private static final String CONTAINER = "libvirt/container.xml";
    private static final String VIRTUAL_MACHINE = "libvirt/virtual-machine.xml";
    private static final String NETWORK = "libvirt/network.xml";
    private static final String RESERVATION = "libvirt/reservation.xml";

    /**
     * @param uuid of the object that is there already; empty: libvirt makes one
     * @param definition digest of this very text with both of these empty
     */
    private record MachineModel(
            MachineSpec machine,
            MachineSpec.Guest guest,
            String uuid,
            String definition,
            String namespace) {}

    private record NetworkModel(
            NetworkSpec network, String uuid, String definition, String namespace) {}

    private record ReservationModel(NetworkSpec.Reservation reservation) {}

    String xml(MachineSpec machine, String uuid) {
        return render(machine, uuid, digest(machine));
    }

    String xml(NetworkSpec network, String uuid) {
        return templates.render(
                NETWORK, new NetworkModel(network, uuid, digest(network), NAMESPACE));
    }

    String xml(NetworkSpec.Reservation reservation) {
        return templates.render(RESERVATION, new ReservationModel(reservation));
    }

    String digest(MachineSpec machine) {
        return sha256(render(machine, "", ""));
    }

    private String render(MachineSpec machine, String uuid, String definition) {
        return templates.render(
                switch (machine.guest()) {
                    case MachineSpec.Container _ -> CONTAINER;
                    case MachineSpec.VirtualMachine _ -> VIRTUAL_MACHINE;
                },
                new MachineModel(machine, machine.guest(), uuid, definition, NAMESPACE));
    }

    String digest(NetworkSpec network) {
        return sha256(templates.render(NETWORK, new NetworkModel(network, "", "", NAMESPACE)));
    }

    private static String sha256(String text) {
        return new Content.Text(text).sha256();
    }
}
