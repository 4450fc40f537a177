package io.kubelab.world;

import io.kubelab.remote.Command;

/** A command that nobody told the model about: a fault of the test or a surprise by the step. */
public final class Unmodelled extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unmodelled(String host, Command command) {
        this(host + ": " + command.script());
    }

    Unmodelled(String what) {
        super("not modelled: " + what);
    }
}
