package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What lies under a path, symbolic links not followed (stat(1) and sha256sum(1) of coreutils).
 *
 * @param path absolute
 */
public record FileState(String path)
        implements Fact.OfFile<FileState.Found>, Fact.Joint<FileState.Found, FileState> {
    private static final Map<String, String> WORDS =
            Map.of("LC_ALL", "C", "QUOTING_STYLE", "literal");

    /** Modes are octal without leading zeros, as stat's {@code %a} gives them. */
    public sealed interface Found {
        record Absent() implements Found {}

        /**
         * @param sha256 lower-case hex digest of its bytes
         */
        record RegularFile(String mode, String owner, String sha256) implements Found {}

        record Directory(String mode, String owner) implements Found {}

        record SymbolicLink(String destination) implements Found {}

        /**
         * @param type in stat's words: "character special file"
         */
        record Other(String type) implements Found {}

        /** A regular file with these bytes and attributes. */
        default boolean is(Content content, FileAttributes attributes) {
            return is(content.sha256(), attributes);
        }

        /** A regular file with bytes of this digest and these attributes. */
        default boolean is(String digest, FileAttributes attributes) {
            return this instanceof RegularFile(String mode, String owner, String sha256)
                    && sha256.equals(digest)
                    && has(mode, owner, attributes);
        }

        /** A regular file with these bytes, whatever its attributes. */
        default boolean holds(Content content) {
            return this instanceof RegularFile(_, _, String sha256)
                    && sha256.equals(content.sha256());
        }

        /** A directory with these attributes. */
        default boolean isDirectory(FileAttributes attributes) {
            return this instanceof Directory(String mode, String owner)
                    && has(mode, owner, attributes);
        }

        private static boolean has(String mode, String owner, FileAttributes wanted) {
            return owner.equals(wanted.owner())
                    && Integer.parseInt(mode, 8) == Integer.parseInt(wanted.mode(), 8);
        }
    }

    @Override
    public Command command() {
        return stat(List.of(this)).then(sha256sum(List.of(this))).withEnvironment(WORDS);
    }

    @Override
    public List<Command> together(List<FileState> all) {
        return List.of(stat(all).withEnvironment(WORDS), sha256sum(all).withEnvironment(WORDS));
    }

    private static Command sha256sum(List<FileState> files) {
        return Command.of(words(List.of("sha256sum"), files));
    }

    private static Command stat(List<FileState> files) {
        return Command.of(words(List.of("stat", "--format", "%F|%a|%U:%G|%N"), files));
    }

    private static List<String> words(List<String> program, List<FileState> files) {
        return Stream.concat(program.stream(), files.stream().map(FileState::path)).toList();
    }

    @Override
    public CommandResult part(List<CommandResult> ofAll) {
        var own = new ArrayList<String>();
        ofAll.get(0).out().lines().filter(this::isState).findFirst().ifPresent(own::add);
        ofAll.get(1).out().lines().filter(this::isDigest).findFirst().ifPresent(own::add);
        return new CommandResult(own.size() == 2 ? 0 : 1, String.join("\n", own), "");
    }

    private boolean isState(String line) {
        String[] fields = line.split("\\|", 4);
        return fields.length == 4
                && (fields[3].equals(path) || fields[3].startsWith(path + " -> "));
    }

    private boolean isDigest(String line) {
        return line.matches("[0-9a-f]{64}  .*") && line.substring(66).equals(path);
    }

    @Override
    public Found parse(CommandResult result) {
        List<String> lines = result.out().lines().toList();
        if (lines.isEmpty()) {
            return new Found.Absent();
        }
        String[] stat = lines.getFirst().split("\\|", 4);
        return switch (stat[0]) {
            case "regular file", "regular empty file" ->
                    new Found.RegularFile(
                            stat[1], stat[2], lines.size() < 2 ? "" : digest(lines.getLast()));
            case "directory" -> new Found.Directory(stat[1], stat[2]);
            case "symbolic link" ->
                    new Found.SymbolicLink(stat[3].substring((path + " -> ").length()));
            default -> new Found.Other(stat[0]);
        };
    }

    /** sha256sum puts a backslash before the line of a name that it had to escape. */
    private static String digest(String line) {
        return line.substring(line.startsWith("\\") ? 1 : 0).substring(0, 64);
    }
}
