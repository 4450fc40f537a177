package io.kubelab.engine;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.TimedOut;
import io.kubelab.inventory.Host;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connection.Limited;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Remedy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes changes: the only class that does. */
final class Effects {
    private static final Duration MOMENT = Duration.ofSeconds(30);

    /** Removing a root file system takes its time on a slow disk. */
    private static final Duration REMOVAL = Duration.ofMinutes(5);

    /** Exit status of a command that ran into its limit (see {@link CommandResult}). */
    private static final int OUT_OF_TIME = 124;

    private final Peers peers;
    private final LocalFiles localFiles;

    Effects(Peers peers) {
        this.peers = peers;
        this.localFiles = new LocalFiles();
    }

    /**
     * Begins a change; what is returned completes when it is made.
     *
     * @param output gets the lines that a long command prints
     */
    CompletableFuture<Void> apply(Change change, Host place, Consumer<String> output) {
        return switch (change) {
            case Change.OnHost c -> Background.run(() -> onHost(c, place, output));
            case Change.OnVirthost c -> Background.runNative(() -> onVirthost(c, place));
            case Change.OnCluster c -> Background.run(() -> onCluster(c));
            case Change.Here c -> Background.run(() -> here(c, output));
        };
    }

    private void onHost(Change.OnHost change, Host place, Consumer<String> output) {
        switch (change) {
            case Change.Run(Command command, Duration limit, String remedy) ->
                    run(place, command, limit, remedy);
            case Change.RunLong(String identity, Command command, Duration limit, Remedy remedy) ->
                    done(
                            place,
                            command,
                            limit,
                            remedy,
                            limited -> peers.connection(place).run(identity, limited, output));
            case Change.PutFile(var path, var content, var attributes) ->
                    peers.connection(place).put(path, content, attributes);
            case Change.MakeDirectory(String path, FileAttributes attributes) ->
                    makeDirectory(place, path, attributes);
            case Change.SetAttributes(String path, FileAttributes attributes) ->
                    setAttributes(place, path, attributes);
            case Change.Link(String path, String destination) -> link(place, path, destination);
            case Change.Remove(String path) -> remove(place, path);
            case Change.Stream(var file, Command command, Duration limit, String remedy) ->
                    done(
                            place,
                            command,
                            limit,
                            new Remedy(remedy),
                            limited -> peers.connection(place).stream(file, limited));
            case Change.Reconnect _ -> {} // see Peers.changed
        }
    }

    private void makeDirectory(Host place, String path, FileAttributes attributes) {
        String[] owner = attributes.owner().split(":", 2);
        var argv =
                owner.length == 2
                        ? List.of("-o", owner[0], "-g", owner[1])
                        : List.of("-o", owner[0]);
        var install = new ArrayList<>(List.of("install", "-d", "-m", attributes.mode()));
        install.addAll(argv);
        install.addAll(List.of("--", path));
        run(
                place,
                Command.of(install),
                MOMENT,
                "See what is at that path; what is in its way can be removed if it is not needed.");
    }

    /** The owner first: chown(1) takes away bits that chmod(1) gave. */
    private void setAttributes(Host place, String path, FileAttributes attributes) {
        run(
                place,
                Command.of("chown", "-h", "--", attributes.owner(), path)
                        .then(Command.of("chmod", "--", attributes.mode(), path)),
                MOMENT,
                "See what is at that path, and whether its file system is read-only.");
    }

    private void link(Host place, String path, String destination) {
        run(
                place,
                Command.of("mkdir", "-p", "--", MountTable.parent(path))
                        .then(Command.of("ln", "-s", "-f", "-T", "--", destination, path)),
                MOMENT,
                "See what is at that path; what is in its way can be removed if it is not needed.");
    }

    /** Looks for mounts first: what is mounted below belongs to somebody else. */
    private void remove(Host place, String path) {
        Connection connection = peers.connection(place);
        Command parent = Command.of("readlink", "-m", "--", MountTable.parent(path));
        List<CommandResult> answers =
                connection.ask(
                        List.of(
                                new Limited(parent, MOMENT),
                                new Limited(Command.of("cat", "/proc/self/mountinfo"), MOMENT)));
        check(place, parent, MOMENT, "See what is at that path.", answers.get(0));
        String real = answers.get(0).out().strip() + "/" + MountTable.name(path);
        Command removal = Command.of("rm", "-rf", "--one-file-system", "--", path);
        List<String> mounts = MountTable.parse(answers.get(1).out()).below(real);
        if (!mounts.isEmpty()) {
            throw new CommandFailed(
                    place.name(),
                    removal.shown(),
                    1,
                    "still mounted: " + String.join(", ", mounts),
                    "Unmount what is mounted there (umount), then run the same command again.");
        }
        run(
                place,
                removal,
                REMOVAL,
                "See why it can't be removed, then run the same command again.");
    }

    private void run(Host place, Command command, Duration limit, String remedy) {
        done(place, command, limit, new Remedy(remedy), peers.connection(place)::change);
    }

    private void done(
            Host place,
            Command command,
            Duration limit,
            Remedy remedy,
            Function<Limited, CommandResult> doing) {
        var limited = new Limited(command, peers.forChange(place, place, limit));
        CommandResult result = doing.apply(limited);
        check(place, command, limited.limit(), remedy.after(result.text()), result);
    }

    private static void check(
            Host place, Command command, Duration limit, String remedy, CommandResult result) {
        if (result.exit() == OUT_OF_TIME) {
            throw new TimedOut(
                    place.name(), "'" + command.shown() + "' to end", limit, result.text(), remedy);
        }
        if (!result.ok()) {
            throw new CommandFailed(
                    place.name(), command.shown(), result.exit(), result.text(), remedy);
        }
    }

    private void onVirthost(Change.OnVirthost change, Host place) {
        VirtualMachines machines = peers.machines(place);
        switch (change) {
            case Change.DefineMachine(var machine) -> machines.define(machine);
            case Change.StartMachine(String name) -> machines.start(name);
            case Change.StopMachine(String name) -> machines.stop(name);
            case Change.UndefineMachine(String name) -> machines.undefine(name);
            case Change.DefineNetwork(var network) -> machines.define(network);
            case Change.StartNetwork(String name) -> machines.startNetwork(name);
            case Change.RemoveNetwork(String name) -> machines.removeNetwork(name);
        }
    }

    private void onCluster(Change.OnCluster change) {
        switch (change) {
            case Change.Apply(var manifest) -> cluster(change).apply(manifest);
            case Change.Delete(var ref) -> cluster(change).delete(ref);
            case Change.ReconnectCluster _ -> {} // see Peers.changed
        }
    }

    private ClusterClient cluster(Change change) {
        return peers.cluster()
                .orElseThrow(() ->
                        new ClusterFailed(
                                change.shown(),
                                "there is no cluster yet",
                                "Run 'kubelab kube-install' first; it makes the cluster."));
    }

    private void here(Change.Here change, Consumer<String> output) {
        switch (change) {
            case Change.WriteLocalFile(var path, var content, String mode) ->
                    localFiles.write(path, content, mode);
            case Change.RemoveLocalFile(var path) -> localFiles.remove(path);
            case Change.AssembleImage(var image, var layout) ->
                    localFiles.make(layout, directory -> peers.images().assemble(image, directory));
            case Change.FetchFile(var file) -> peers.releases().fetch(file, output);
            case Change.FetchImage(var image, var layout) ->
                    localFiles.make(
                            layout, directory -> peers.releases().fetch(image, directory, output));
            case Change.PushImage(var layout, var registry, var repository, var tag) ->
                    peers.images().push(layout, peers.throughVirthost(registry), repository, tag);
        }
    }
}
