package io.kubelab.cli;

import io.kubelab.failure.ClusterFailed;
import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.LabException;
import io.kubelab.failure.MachineFailed;
import io.kubelab.failure.NotConverged;
import io.kubelab.failure.NotServing;
import io.kubelab.failure.Occupied;
import io.kubelab.failure.TimedOut;
import io.kubelab.failure.Unreachable;

/** Exit statuses: what a calling script can tell apart. The launcher adds 69: no JDK, no build. */
enum ExitCode {
    OK(0, "everything is as it should be"),
    DEFECT(1, "a defect of kubelab; please report it"),
    USAGE(2, "the command line was not understood"),
    INVALID_INPUT(3, "an inventory, a setting, a play or a template is wrong; nothing was touched"),
    UNREACHABLE(
            4,
            "a host, daemon or server does not answer, does not let us in or gives what it should not"),
    COMMAND_FAILED(5, "a command on a host failed"),
    TIMED_OUT(6, "what was waited for did not happen"),
    MACHINE_FAILED(7, "the hypervisor refused or lost a machine or a network"),
    CLUSTER_FAILED(8, "the API server refused an object or a request"),
    NOT_CONVERGED(9, "a step was not in order after its changes: a defect of a step or play"),
    DIFFERS(10, "of status: something is not as the lab's files say"),
    OCCUPIED(11, "somebody else is at work on the lab; nothing was touched"),
    STOPPED(130, "stopped with Ctrl-C; run the same command again to go on");

    private final int status;
    private final String meaning;

    ExitCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    int status() {
        return status;
    }

    String meaning() {
        return meaning;
    }

    static ExitCode of(LabException failure) {
        return switch (failure) {
            case InvalidInput _ -> INVALID_INPUT;
            case Unreachable _, NotServing _ -> UNREACHABLE;
            case CommandFailed _ -> COMMAND_FAILED;
            case TimedOut _ -> TIMED_OUT;
            case MachineFailed _ -> MACHINE_FAILED;
            case ClusterFailed _ -> CLUSTER_FAILED;
            case NotConverged _ -> NOT_CONVERGED;
            case Occupied _ -> OCCUPIED;
        };
    }
}
