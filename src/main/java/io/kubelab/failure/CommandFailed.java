package io.kubelab.failure;

import java.util.regex.Pattern;

/** A command on a host ended with an exit status other than the expected one. */
public final class CommandFailed extends LabException {
    private static final long serialVersionUID = 1;

    /** ENOSPC in the words of C and of Go. */
    private static final Pattern FULL = Pattern.compile("[Nn]o space left on device");

    private final int exit;
    private final String output;

    /**
     * A file system that is full can be behind anything that a command does: the remedy begins with
     * it if the output says so.
     *
     * @param command as {@link io.kubelab.remote.Command#shown()} prints it: secrets masked
     * @param output stderr and stdout of the command, whole
     */
    public CommandFailed(String host, String command, int exit, String output, String remedy) {
        super(
                "%s: '%s' ended with status %d".formatted(host, command, exit),
                FULL.matcher(output).find()
                        ? "A file system of %s is full: 'df -h' there shows which. Make room. "
                                        .formatted(host)
                                + remedy
                        : remedy);
        this.exit = exit;
        this.output = output;
    }

    public int exit() {
        return exit;
    }

    @Override
    public String evidence() {
        return output;
    }
}
