package io.kubelab.remote;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A host that we are logged in to, with root's rights there. One session for a whole run; facts,
 * long commands and control have channels of their own, so that none waits for another. Safe for
 * use by many threads. Every method throws {@link io.kubelab.failure.Unreachable} when the link is
 * gone and does not come back.
 */
public interface Connection extends AutoCloseable {
    /**
     * Runs all commands one after the other in one round trip; each has its own time limit. Results
     * come in the order of the commands.
     */
    List<CommandResult> ask(List<Limited> commands);

    /**
     * Runs one command that may take long and outlive us: it leaves its process group, log and exit
     * status in a directory of its own under {@code /run/kubelab} on the host. A command with the
     * same {@code identity} that is still running there is attached to, never started twice.
     *
     * @param output gets each line that the command prints, as it comes, for display
     */
    CommandResult run(String identity, Limited command, Consumer<String> output);

    /** Writes a file with its parents: to a temporary name beside it, synced by rename. */
    void put(String path, Content content, FileAttributes attributes);

    /** Streams a file of this workstation into the standard input of a command. */
    CommandResult stream(Path file, Limited command);

    /** Reads a file's bytes; small files only. */
    byte[] get(String path);

    /**
     * A TCP port on this workstation's loopback interface that leads to {@code host:port} as seen
     * from the host; closed with the connection.
     */
    int forward(String host, int port);

    /**
     * A unix socket on this workstation (in a directory that only we may enter) that leads to a
     * unix socket of the host; closed with the connection.
     */
    Path forwardSocket(String remoteSocket);

    /** How many times a request was sent and its answer waited for. */
    int roundTrips();

    @Override
    void close();

    /** A command and the time it may take. */
    record Limited(Command command, Duration limit) {}
}
