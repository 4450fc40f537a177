package io.kubelab.failure;

/**
 * What can go wrong, by what to do next. The message says what happened and to whom; {@link
 * #remedy()} what to do about it; both are shown to the user, a stack trace only with {@code -v}.
 */
public abstract sealed class LabException extends RuntimeException
        permits InvalidInput,
                Unreachable,
                CommandFailed,
                NotConverged,
                TimedOut,
                MachineFailed,
                ClusterFailed,
                NotServing,
                Occupied {
    private static final long serialVersionUID = 1;

    private final String remedy;

    LabException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    LabException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /** One or two sentences that tell the user what to do. */
    public final String remedy() {
        return remedy;
    }

    /**
     * What the failing command printed, for the lines below the message; empty where there is none.
     */
    public String evidence() {
        return "";
    }
}
