package io.kubelab.cli;

import io.kubelab.adapter.program.UserProgram;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.cluster.AdminConf;
import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.InvalidInput;
import io.kubelab.inventory.Host.Access;
import io.kubelab.lab.Inputs;
import io.kubelab.lab.LabMemory;
import io.kubelab.lab.LoadedLab;
import io.kubelab.remote.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A kubeconfig for every program on this workstation. Where the API server is behind the virthost,
 * its user is kubelab itself, which is asked for the credential before a connection is made, and
 * opens the way then (docs/adr/0008).
 */
record KubeconfigCommand() implements Subcommand {
    private static final String MERGE = "--merge";
    private static final String REMOVE = "--remove";
    private static final String CREDENTIAL = "--credential";
    private static final String COMMAND = "kubeconfig";

    /** Shorter than a tunnel is held for nobody. */
    private static final Duration VALID = Duration.ofMillis(TunnelCommand.IDLE.toMillis() / 2);

    @Override
    public String name() {
        return COMMAND;
    }

    @Override
    public String summary() {
        return "Print a kubeconfig for this workstation, or merge it into ~/.kube/config.";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(MERGE)
                        .description(
                                "Add the lab's cluster to ~/.kube/config (or KUBECONFIG) and make"
                                        + " it the current one.")
                        .build());
        command.addOption(
                OptionSpec.builder(REMOVE)
                        .description("Take the lab's cluster out of there again.")
                        .build());
        command.addOption(
                OptionSpec.builder(CREDENTIAL)
                        .paramLabel("LAB")
                        .type(String.class)
                        .hidden(true)
                        .description("What client-go calls; see client.authentication.k8s.io/v1.")
                        .build());
        LabOptions.describe(command);
        SudoPassword.describe(command);
    }

    /** The name of the lab's cluster, user and context in a kubeconfig. */
    static String context(LoadedLab loaded) {
        return context(loaded.lab().tag().name());
    }

    private static String context(String lab) {
        return "kubelab-" + lab;
    }

    @Override
    public int run(Invocation invocation) {
        Optional<String> asking = invocation.option(CREDENTIAL);
        if (asking.isPresent()) {
            return credential(invocation, asking.get());
        }
        if (invocation.has(MERGE) && invocation.has(REMOVE)) {
            throw new InvalidInput(MERGE, "and --remove are two things; say one");
        }
        if (invocation.has(REMOVE)) {
            return remove(invocation);
        }
        LoadedLab loaded = new LabFiles(invocation).standing();
        Kubeconfig made = make(invocation, loaded);
        if (invocation.has(MERGE)) {
            merge(invocation, loaded, made);
        } else {
            invocation.streams().out().print(made.text().text());
        }
        return ExitCode.OK.status();
    }

    private static Kubeconfig make(Invocation invocation, LoadedLab loaded) {
        try (var adapters = Adapters.asking(loaded, invocation)) {
            AdminConf admin = adapters.access().orElseThrow(() -> KubectlCommand.noCluster(loaded));
            String name = context(loaded);
            if (loaded.lab().inventory().virthost().access() instanceof Access.Local) {
                return Kubeconfig.ofAdmin(name, admin);
            }
            int port = TunnelCommand.port(loaded.lab().tag());
            AdminConf here = admin.at(URI.create("https://127.0.0.1:" + port));
            PrivateFile.write(
                    stored(loaded.lab().places().state()), Kubeconfig.ofAdmin(name, here).text());
            return Kubeconfig.asking(
                    name,
                    here,
                    List.of(
                            launcher(invocation.workplace()).toString(),
                            COMMAND,
                            CREDENTIAL,
                            loaded.lab().tag().name()));
        }
    }

    /** The administrator's certificate and key, for those who ask. */
    private static Path stored(Path state) {
        return state.resolve("admin.conf");
    }

    private static Path launcher(Workplace workplace) {
        return workplace
                .program()
                .map(p -> p.resolve("kubelab"))
                .orElseThrow(() ->
                        new InvalidInput(
                                COMMAND,
                                "kubelab was not started by its launcher, so it can't name it"));
    }

    /** kubectl's own code merges, so that everything else in the user's file stays as it is. */
    private static void merge(Invocation invocation, LoadedLab loaded, Kubeconfig made) {
        Path users = users(invocation.workplace());
        Path own = PrivateFile.temporary(loaded.lab().places().state(), "kubeconfig", made.text());
        try {
            // the first file wins, so ours comes first: it may be there already, and older
            String merged =
                    Kubectl.with(Path.of(own + ":" + users), invocation.workplace())
                            .output(List.of("config", "view", "--flatten", "--raw"));
            PrivateFile.write(users, new Content.Secret(merged));
        } finally {
            PrivateFile.remove(own);
        }
        invocation
                .streams()
                .err()
                .printf("'%s' is the current context of %s%n", made.name(), users);
    }

    private static int remove(Invocation invocation) {
        LoadedLab loaded = new LabFiles(invocation).lab();
        Path users = users(invocation.workplace());
        String name = context(loaded);
        if (!Files.exists(users)) {
            invocation.streams().err().printf("there is no %s%n", users);
            return ExitCode.OK.status();
        }
        UserProgram kubectl = Kubectl.with(users, invocation.workplace());
        for (List<String> words :
                List.of(
                        List.of("get-contexts", "delete-context"),
                        List.of("get-clusters", "delete-cluster"),
                        List.of("get-users", "delete-user"))) {
            var ask = new ArrayList<>(List.of("config", words.getFirst()));
            if (words.getFirst().equals("get-contexts")) {
                ask.addAll(List.of("-o", "name"));
            }
            if (kubectl.output(ask).lines().anyMatch(name::equals)) {
                kubectl.output(List.of("config", words.getLast(), name));
            }
        }
        if (current(kubectl).equals(name)) {
            kubectl.output(List.of("config", "unset", "current-context"));
        }
        invocation.streams().err().printf("'%s' is not in %s%n", name, users);
        return ExitCode.OK.status();
    }

    private static String current(UserProgram kubectl) {
        try {
            return kubectl.output(List.of("config", "current-context")).strip();
        } catch (CommandFailed e) {
            // there is none
            return "";
        }
    }

    /** Where kubectl would write; what a symbolic link leads to. */
    private static Path users(Workplace workplace) {
        Path named =
                workplace
                        .variable("KUBECONFIG")
                        .map(files -> Path.of(files.split(":", -1)[0]))
                        .orElse(workplace.userHome().resolve(".kube/config"));
        try {
            return Files.exists(named) ? named.toRealPath() : named;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int credential(Invocation invocation, String lab) {
        var documents = new SnakeDocuments();
        var memory = new LabMemory(documents, invocation.workplace().state());
        Path file = stored(memory.directory(lab));
        LabMemory.Remembered remembered =
                memory.recall(lab)
                        .filter(_ -> Files.isRegularFile(file))
                        .orElseThrow(() ->
                                new InvalidInput(
                                        lab,
                                        "nothing is known of this lab any more; 'kubelab kubeconfig --remove' takes it out of your kubeconfig"));
        AdminConf admin = AdminConf.of(documents.read(file).getFirst());
        if (!listens(admin.server())) {
            tunnel(invocation.workplace(), remembered.inputs(), memory.directory(lab), admin);
        }
        Instant until = Instant.now().plus(VALID).truncatedTo(ChronoUnit.SECONDS);
        invocation.streams().out().println(Kubeconfig.credential(admin, until.toString()).text());
        return ExitCode.OK.status();
    }

    /** Begun by the first who asks; another one that was begun at the same time ends at once. */
    private static void tunnel(Workplace workplace, Inputs inputs, Path state, AdminConf admin) {
        var arguments = new ArrayList<>(List.of("tunnel"));
        arguments.addAll(inputs.options());
        Path log = PrivateFile.write(state.resolve("tunnel.log"), new Content.Secret(""));
        try {
            new UserProgram(launcher(workplace), Map.of()).background(arguments, log);
        } catch (CommandFailed e) {
            if (!listens(admin.server())) {
                throw e;
            }
        }
    }

    private static boolean listens(URI server) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
