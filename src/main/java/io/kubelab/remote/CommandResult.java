package io.kubelab.remote;

/**
 * What a command left.
 *
 * @param exit its status; 124 if it ran into its time limit, 127 if there is no such program
 * @param out standard output, decoded as UTF-8
 * @param err standard error
 */
public record CommandResult(int exit, String out, String err) {
    public boolean ok() {
        return exit == 0;
    }

    /** Both streams for the eyes of a person. */
    public String text() {
        return (err.strip() + "\n" + out.strip()).strip();
    }
}
