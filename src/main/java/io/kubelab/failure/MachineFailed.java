package io.kubelab.failure;

/** The hypervisor refused or lost a machine or a network. */
public final class MachineFailed extends LabException {
    private static final long serialVersionUID = 1;

    public MachineFailed(String machine, String why, String remedy) {
        super(machine + ": " + why, remedy);
    }

    public MachineFailed(String machine, String why, String remedy, Throwable cause) {
        super(machine + ": " + why, remedy, cause);
    }
}
