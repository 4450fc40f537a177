package io.kubelab.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A host that we are logged in to, with root's rights there (on the workstation: with the user's
 * own). One session for a whole run; facts, changes, long commands and control have channels of
 * their own, so that none waits for another. Safe for use by many threads. Every method throws
 * {@link io.kubelab.failure.Unreachable} when the link is gone and does not come back.
 */
public interface Connection extends AutoCloseable {
    /**
     * Runs all commands one after the other in one round trip; each has its own time limit. Results
     * come in the order of the commands. For questions: if the link breaks and comes back, what was
     * not answered is asked again.
     */
    List<CommandResult> ask(List<Limited> commands);

    /**
     * Runs one short command that changes something, on a channel of its own. It is never run
     * twice.
     */
    CommandResult change(Limited command);

    /**
     * Runs one command that may take long and outlive us: it leaves its process group, log and exit
     * status in a directory of its own under {@code /run/kubelab} on the host. The same command
     * that is still running there under the same {@code identity} is attached to, never started
     * twice; another one of that identity is waited for first.
     *
     * @param output gets each line that the command prints, as it comes, for display
     * @return its exit status, and both of its output streams, mixed as they came, as {@code out}
     */
    CommandResult run(String identity, Limited command, Consumer<String> output);

    /**
     * Writes a file with its parents: to a temporary name beside it, synced by rename.
     *
     * @throws io.kubelab.failure.CommandFailed if the host refuses
     */
    void put(String path, Content content, FileAttributes attributes);

    /** Streams a file of this workstation into the standard input of a command. */
    CommandResult stream(Path file, Limited command);

    /**
     * Reads a file's bytes; small files only.
     *
     * @throws io.kubelab.failure.CommandFailed if there is no such file
     */
    byte[] get(String path);

    /**
     * A TCP port on this workstation's loopback interface that leads to {@code host:port} as seen
     * from the host; closed with the connection.
     */
    int forward(String host, int port);

    /**
     * A unix socket on this workstation (in a directory that only we may enter) that leads to a
     * unix socket of the host; closed with the connection.
     *
     * @param relay a command of the host that joins its standard streams with that socket: used
     *     where the login user isn't root and may not open it; for libvirt {@code virt-ssh-helper
     *     URI}
     */
    Path forwardSocket(String remoteSocket, Command relay);

    /**
     * Takes a lock that only one of all who work on the host can have: a file, which is there as
     * long as somebody has it. It is given back when it is closed and when this process or the link
     * is no more; a link that comes back soon brings it back.
     *
     * @param what it is about, for whoever doesn't get it
     * @param holder who we are, for the same: one line
     * @throws io.kubelab.failure.Occupied if somebody else has it
     */
    Lock lock(String path, String what, String holder);

    /** How many times a request was sent and its answer waited for. */
    int roundTrips();

    @Override
    void close();

    /** A lock that we have. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    /** A command and the time it may take. */
    record Limited(Command command, Duration limit) {}
}
