package io.kubelab.lab;

import io.kubelab.document.Documents;
import io.kubelab.document.Json;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import io.kubelab.document.SourceFile;
import io.kubelab.failure.CommandFailed;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.lab.Inputs.Extra;
import io.kubelab.lab.Inputs.InputFile;
import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.step.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What kubelab remembers of labs, {@code labs/<lab>/lab.yml} below its state directory: who they
 * are and which files they were made from. The inventory that {@code virthost-setup} generates
 * names its lab in its first line, {@code # kubelab lab <name>}.
 */
public final class LabMemory {
    private static final Pattern HEADER = Pattern.compile("# kubelab lab (\\S+)");

    private final Documents documents;
    private final Path state;

    /**
     * @param state kubelab's state directory
     */
    public LabMemory(Documents documents, Path state) {
        this.documents = documents;
        this.state = state;
    }

    /**
     * A lab's uuid and what it was made from.
     *
     * @param home the directory whose playbooks made it; empty: made by a kubelab that did not
     *     write it down
     * @param domainType what its machines are; of labs of earlier kubelabs that did not write it
     *     down: containers
     * @param addresses of its machines, by name: those that it has, and those that it once had
     * @param virthosts that these machines are on, by name; of labs of earlier kubelabs, which knew
     *     one virthost: none
     * @param virthostAddress the virthost's own on the LAN, where that was asked
     * @param leases addresses that a DHCP server gave its machines, by name, as they were found
     */
    public record Remembered(
            UUID uuid,
            Optional<Path> home,
            Inputs inputs,
            DomainType domainType,
            Map<String, String> addresses,
            Map<String, String> virthosts,
            Optional<String> virthostAddress,
            Map<String, String> leases) {}

    /** The form of the file. */
    private record Written(
            String uuid,
            Optional<String> home,
            List<WrittenFile> inventories,
            List<WrittenExtra> extraVars,
            Optional<DomainType> domainType,
            Map<String, String> addresses,
            Optional<Map<String, String>> virthosts,
            Optional<String> virthostAddress) {}

    private record WrittenFile(String path, String sha256) {
        InputFile file() {
            return new InputFile(Path.of(path), sha256);
        }
    }

    private record WrittenExtra(Optional<WrittenFile> file, Optional<String> text) {
        Extra extra() {
            return file.<Extra>map(f -> new Extra.OfFile(f.file()))
                    .orElseGet(() -> new Extra.Inline(text.orElse("")));
        }
    }

    /** The lab that a generated inventory belongs to; empty if it is somebody else's file. */
    public static Optional<String> labOf(Path inventory) {
        if (!Files.isRegularFile(inventory)) {
            return Optional.empty();
        }
        String first = SourceFile.read(inventory).text().lines().findFirst().orElse("").strip();
        Matcher header = HEADER.matcher(first);
        return header.matches() ? Optional.of(header.group(1)) : Optional.empty();
    }

    /** Where the lab keeps what it must not forget. */
    public Path directory(String lab) {
        return state.resolve("labs").resolve(lab);
    }

    /** The names of all labs that are remembered, sorted. */
    public List<String> labs() {
        Path labs = state.resolve("labs");
        if (!Files.isDirectory(labs)) {
            return List.of();
        }
        try (var directories = Files.list(labs)) {
            return directories
                    .map(d -> String.valueOf(d.getFileName()))
                    .filter(lab -> Files.isRegularFile(file(lab)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of those that were set up from a home, sorted. */
    List<String> labs(Path home) {
        return labs().stream()
                .filter(lab -> recall(lab).flatMap(Remembered::home).equals(Optional.of(home)))
                .toList();
    }

    /**
     * @throws io.kubelab.failure.InvalidInput if the file was damaged
     */
    public Optional<Remembered> recall(String lab) {
        Path file = file(lab);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        var problems = new Problems();
        Optional<Remembered> remembered =
                documents.read(file).stream()
                        .findFirst()
                        .flatMap(d -> d instanceof Mapping m ? Optional.of(m) : Optional.empty())
                        .flatMap(m -> new RecordBinder(problems).bind(Written.class, m))
                        .map(written -> remembered(written, leases(lab)));
        problems.throwIfAny();
        return remembered;
    }

    /**
     * Remembers a lab for later commands, in place of what was remembered before.
     *
     * @throws CommandFailed if it can't be written down
     */
    public void remember(LoadedLab loaded) {
        LabTag tag = loaded.lab().tag();
        Path file = file(tag.name());
        Optional<Remembered> known = recall(tag.name());
        var addresses = new TreeMap<>(known.map(Remembered::addresses).orElseGet(Map::of));
        Optional<String> virthostAddress = known.flatMap(Remembered::virthostAddress);
        AddressPlan plan = AddressPlan.of(tag, loaded.lab().settings());
        if (plan.asksDhcp()) {
            virthostAddress = Optional.of(plan.virthost().text());
        } else {
            plan.machines().forEach(m -> addresses.put(m.machine(), m.address()));
        }
        var virthosts = new TreeMap<>(known.map(Remembered::virthosts).orElseGet(Map::of));
        Lab lab = loaded.lab();
        for (Host virthost : lab.inventory().virthosts()) {
            lab.machinesOn(virthost).forEach(m -> virthosts.put(m.name(), virthost.name()));
        }
        try {
            Files.createDirectories(directory(tag.name()));
            // always the same, so that nothing stays of a run that was killed
            Path written = file.resolveSibling(".lab.yml.unfinished");
            Files.deleteIfExists(written);
            Files.createFile(
                    written,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    written,
                    text(
                            new Remembered(
                                    tag.uuid(),
                                    Optional.of(loaded.lab().places().home()),
                                    loaded.inputs(),
                                    loaded.lab().settings().machines().domainType(),
                                    addresses,
                                    virthosts,
                                    virthostAddress,
                                    Map.of())));
            Files.move(
                    written,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailed(
                    Inventory.WORKSTATION,
                    "write " + file,
                    1,
                    e.toString(),
                    "See that the disk has room and that you may write there, then run the same command again.");
        }
    }

    private Path file(String lab) {
        return directory(lab).resolve("lab.yml");
    }

    /** One file for each machine, which the step {@code machine_address} writes. */
    private Map<String, String> leases(String lab) {
        Path directory = Lab.Places.leases(directory(lab));
        if (!Files.isDirectory(directory)) {
            return Map.of();
        }
        var leases = new TreeMap<String, String>();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                leases.put(
                        String.valueOf(file.getFileName()), SourceFile.read(file).text().strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return leases;
    }

    private static Remembered remembered(Written written, Map<String, String> leases) {
        return new Remembered(
                UUID.fromString(written.uuid()),
                written.home().map(Path::of),
                new Inputs(
                        written.inventories().stream().map(WrittenFile::file).toList(),
                        written.extraVars().stream().map(WrittenExtra::extra).toList()),
                written.domainType().orElse(DomainType.LXC),
                written.addresses(),
                written.virthosts().orElseGet(Map::of),
                written.virthostAddress(),
                leases);
    }

    private static String text(Remembered lab) {
        Inputs inputs = lab.inputs();
        var text =
                new StringBuilder(
                        """
                        # Written by kubelab: what makes this lab, so that later commands need no arguments.
                        uuid: "%s"
                        """
                                .formatted(lab.uuid()));
        lab.home().ifPresent(h -> text.append("home: %s%n".formatted(Json.string(h.toString()))));
        text.append("inventories:\n");
        inputs.inventories().forEach(f -> text.append("  - ").append(text(f)).append('\n'));
        text.append(inputs.extras().isEmpty() ? "extra_vars: []\n" : "extra_vars:\n");
        for (Extra extra : inputs.extras()) {
            text.append(
                    switch (extra) {
                        case Extra.OfFile(InputFile file) -> "  - {file: " + text(file) + "}\n";
                        case Extra.Inline(String inline) ->
                                "  - {text: " + Json.string(inline) + "}\n";
                    });
        }
        text.append(
                "domain_type: %s%n".formatted(lab.domainType().name().toLowerCase(Locale.ROOT)));
        append(text, "addresses", lab.addresses());
        append(text, "virthosts", lab.virthosts());
        lab.virthostAddress()
                .ifPresent(a -> text.append("virthost_address: %s%n".formatted(Json.string(a))));
        return text.toString();
    }

    private static void append(StringBuilder text, String key, Map<String, String> ofMachines) {
        text.append(key).append(ofMachines.isEmpty() ? ": {}\n" : ":\n");
        ofMachines.forEach((machine, value) ->
                text.append("  %s: %s%n".formatted(machine, Json.string(value))));
    }

    private static String text(InputFile file) {
        return "{path: %s, sha256: %s}"
                .formatted(Json.string(file.path().toString()), Json.string(file.sha256()));
    }
}
