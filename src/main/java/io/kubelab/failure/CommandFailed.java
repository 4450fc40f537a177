package io.kubelab.failure;

/** A command on a host ended with an exit status other than the expected one. */
public final class CommandFailed extends LabException {
    private static final long serialVersionUID = 1;

    private final int exit;
    private final String output;

    /**
     * @param command as {@link io.kubelab.remote.Command#shown()} prints it: secrets masked
     * @param output stderr and stdout of the command, whole
     */
    public CommandFailed(String host, String command, int exit, String output, String remedy) {
        super("%s: '%s' ended with status %d".formatted(host, command, exit), remedy);
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
