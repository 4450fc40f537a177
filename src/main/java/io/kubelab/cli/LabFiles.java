package io.kubelab.cli;

import io.kubelab.adapter.ssh.HostConnections.Machines;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Documents;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Occupied;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.lab.LabLoader;
import io.kubelab.lab.LabMemory;
import io.kubelab.lab.LabRequest;
import io.kubelab.lab.LoadedLab;
import io.kubelab.playbook.Playbook;
import io.kubelab.playbook.PlaybookLoader;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.settings.Address;
import io.kubelab.steps.AllSteps;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The files of a lab: what a command reads before it does anything. */
final class LabFiles {
    private static final String ENDING = ".yml";

    private final Documents documents = new SnakeDocuments();
    private final Invocation invocation;

    /** With what the virthost answered. */
    private LabRequest request;

    LabFiles(Invocation invocation) {
        this.invocation = invocation;
        this.request = LabOptions.request(invocation);
    }

    LoadedLab lab() {
        return new LabLoader(documents).load(request);
    }

    /** The lab; says which files it was remembered from, and what has no effect. */
    LoadedLab labAloud() {
        LoadedLab loaded = lab();
        PrintStream err = invocation.streams().err();
        loaded.notes().forEach(err::println);
        loaded.warnings().forEach(warning -> err.println("warning: " + warning));
        return loaded;
    }

    /**
     * The lab with an answer to what its machines are, where they are, and which address the
     * virthost has on their LAN: as far as that is open, its virthosts are asked. If they can't be,
     * the run will say so.
     */
    LoadedLab decided(LoadedLab loaded) {
        if (!loaded.domainTypeOpen() && loaded.placed().isEmpty() && !loaded.virthostOpen()) {
            return loaded;
        }
        List<Host> virthosts = loaded.lab().inventory().virthosts();
        PrintStream err = invocation.streams().err();
        LabRequest answered = request;
        try (var connections =
                Adapters.connections(
                        loaded.lab(),
                        invocation.workplace(),
                        new TerminalQuestions(Supplier::get),
                        invocation.sudoPassword(),
                        Machines.BOOTED)) {
            if (loaded.domainTypeOpen()) {
                NewMachines machines = NewMachines.on(virthosts, connections);
                err.println("note: " + machines.why());
                String type = machines.type().name().toLowerCase(Locale.ROOT);
                answered = answered.with(LabOptions.said("domain_type: auto", "domain_type", type));
            }
            if (!loaded.placed().isEmpty()) {
                answered = answered.withFree(NewMachines.free(virthosts, connections));
            }
            if (loaded.virthostOpen()) {
                Optional<Address> address =
                        VirthostOnLan.of(
                                loaded.lab().settings().network(),
                                connections.to(virthosts.getFirst()));
                if (address.isPresent()) {
                    answered =
                            answered.with(
                                    LabOptions.said(
                                            "bridge_virthost_address: auto",
                                            "bridge_virthost_address",
                                            address.get().text()));
                }
            }
        } catch (Unreachable e) {
            return loaded;
        }
        request = answered;
        LoadedLab decided = new LabLoader(documents).load(answered);
        for (String name : decided.placed()) {
            Host virthost = decided.lab().virthost(decided.lab().inventory().host(name));
            err.printf(
                    "note: %s is to be on %s, which has %d MiB of memory available; 'virthost' in virtual_machines would say otherwise%n",
                    name, virthost, answered.free().get(virthost.name()));
        }
        return decided;
    }

    /**
     * The lab, if it was set up from this workstation.
     *
     * @throws InvalidInput if it was not
     */
    LoadedLab standing() {
        var memory = new LabMemory(documents, request.state());
        List<String> labs = memory.labs();
        LoadedLab loaded = lab();
        String name = loaded.lab().tag().name();
        if (!labs.contains(name)) {
            throw new InvalidInput(
                    name,
                    labs.isEmpty()
                            ? "no lab of this name has been set up from here; 'kubelab up' makes one"
                            : "no lab of this name has been set up from here, but %s (%s); name its inventory with -i, or run 'kubelab up'"
                                    .formatted(String.join(", ", labs), "kubelab list"));
        }
        loaded.warnings()
                .forEach(warning -> invocation.streams().err().println("warning: " + warning));
        return loaded;
    }

    /**
     * @throws Occupied if another run has made the lab since it was read
     */
    void refuseStale(LoadedLab loaded) {
        var tag = loaded.lab().tag();
        new LabMemory(documents, request.state())
                .recall(tag.name())
                .filter(known -> !known.uuid().equals(tag.uuid()))
                .ifPresent(_ -> {
                    throw new Occupied("lab '%s'".formatted(tag.name()), "it has just been made");
                });
    }

    /** From now on commands without arguments mean this lab. */
    void remember(LoadedLab loaded) {
        new LabMemory(documents, request.state()).remember(loaded);
    }

    /** Whether reading it again gives the same lab. */
    boolean isRemembered(LoadedLab loaded) {
        var tag = loaded.lab().tag();
        return new LabMemory(documents, request.state())
                .recall(tag.name())
                .filter(known -> known.uuid().equals(tag.uuid()))
                .isPresent();
    }

    Playbook playbook(Path file, LoadedLab loaded) {
        return loader().load(file, loaded.lab(), loaded.hosts());
    }

    List<Playbook> playbooks(List<Path> files, LoadedLab loaded) {
        return loader().load(files, loaded.lab(), loaded.hosts());
    }

    private PlaybookLoader loader() {
        return new PlaybookLoader(documents, new Vocabulary(AllSteps.ALL));
    }

    /** The shipped playbook of that name. */
    Path named(String name) {
        return folder().resolve(name + ENDING);
    }

    /**
     * @param fileOrName a file, or a name in {@code playbooks-equivalent/} with or without its
     *     ending
     */
    Path find(String fileOrName) {
        return Stream.of(
                        request.directory().resolve(fileOrName),
                        folder().resolve(fileOrName),
                        named(fileOrName))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(Path::normalize)
                .orElseThrow(() ->
                        new InvalidInput(
                                fileOrName,
                                "there is no such file, and no playbook of that name; there are "
                                        + String.join(
                                                ", ",
                                                all().stream().map(LabFiles::name).toList())));
    }

    /** Every playbook of the lab's home. */
    List<Path> all() {
        try (var files = Files.list(folder())) {
            return files.filter(f -> f.toString().endsWith(ENDING)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - ENDING.length());
    }

    private Path folder() {
        return request.home().resolve("playbooks-equivalent");
    }
}
