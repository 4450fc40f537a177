package io.kubelab.step;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.image.Images;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.release.SigningKeys;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something that can be known, without changing anything: a record, so that equal questions are
 * asked once.
 */
public sealed interface Fact<T> {
    /**
     * Read by a command on a host. Absence (exit 127, no such file) is an answer, not a failure.
     */
    non-sealed interface OfHost<T> extends Fact<T> {
        Command command();

        T parse(CommandResult result);

        default Duration limit() {
            return Duration.ofSeconds(20);
        }
    }

    /** About one file of a host: a preview can tell when an earlier step would write it. */
    interface OfFile<T> extends OfHost<T> {
        /** Absolute. */
        String path();
    }

    /**
     * One of many whose like are asked together: programs of a process each are what a host's round
     * trip costs most.
     *
     * @param <F> the fact itself
     */
    interface Joint<T, F extends Joint<T, F>> extends OfHost<T> {
        /** A few commands that ask what all of these ask. */
        List<Command> together(List<F> all);

        /** What this one alone would have been answered. */
        CommandResult part(List<CommandResult> ofAll);
    }

    /** Read from the hypervisor of the target's virthost. */
    non-sealed interface OfVirthost<T> extends Fact<T> {
        T read(VirtualMachines machines);
    }

    /** Read from the API server; empty: there is no cluster yet. */
    non-sealed interface OfCluster<T> extends Fact<T> {
        T read(Optional<ClusterClient> cluster);
    }

    /** Read from files of the workstation or, with {@link Images}, from a registry. */
    non-sealed interface OfWorkstation<T> extends Fact<T> {
        T read(Workstation workstation);
    }

    /** What a fact of the workstation may use. */
    interface Workstation {
        Images images();

        SigningKeys signingKeys();

        /**
         * {@code host:port} on this workstation that leads to an address as seen from the virthost.
         */
        String throughVirthost(String hostAndPort);
    }
}
