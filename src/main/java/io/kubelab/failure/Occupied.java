package io.kubelab.failure;

/** Somebody else is at work on what may have only one at a time. */
public final class Occupied extends LabException {
    private static final long serialVersionUID = 1;

    /**
     * @param what is worked on, and where: {@code lab 'x' on the_virthost}
     * @param holder who does, with what, since when
     */
    public Occupied(String what, String holder) {
        super(
                "%s is being worked on: %s".formatted(what, holder),
                "Wait until it is done, or stop it there (Ctrl-C), then run the same command again; nothing was touched.");
    }
}
