package io.kubelab.lab;

import io.kubelab.document.SourceFile;
import io.kubelab.failure.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files and values that a lab is made from, in the order in which they were given. */
public record Inputs(List<InputFile> inventories, List<Extra> extras) {
    public Inputs {
        inventories = List.copyOf(inventories);
        extras = List.copyOf(extras);
    }

    /** One {@code -e}. */
    public sealed interface Extra {
        record OfFile(InputFile file) implements Extra {}

        /**
         * @param text {@code key=value …}, or a mapping in YAML or JSON
         */
        record Inline(String text) implements Extra {}
    }

    /**
     * @param path absolute
     * @param sha256 of its bytes when it was read, in hex
     */
    public record InputFile(Path path, String sha256) {
        /**
         * @throws InvalidInput if it can't be read
         */
        static InputFile of(Path path) {
            try {
                byte[] digest =
                        MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
                return new InputFile(
                        path.toAbsolutePath().normalize(), HexFormat.of().formatHex(digest));
            } catch (IOException e) {
                throw new InvalidInput(SourceFile.shown(path), "can't be read: " + e.getMessage());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    /** These, and further values that win over them; what is given again moves to the end. */
    Inputs plus(List<Extra> later) {
        var all = new ArrayList<Extra>();
        extras.stream().filter(e -> later.stream().noneMatch(l -> same(e, l))).forEach(all::add);
        all.addAll(later);
        return new Inputs(inventories, all);
    }

    /** The options that say the same, in a working directory wherever. */
    public List<String> options() {
        var options = new ArrayList<String>();
        for (InputFile inventory : inventories) {
            options.addAll(List.of("-i", inventory.path().toString()));
        }
        for (Extra extra : extras) {
            options.addAll(
                    List.of(
                            "-e",
                            switch (extra) {
                                case Extra.OfFile(InputFile file) -> "@" + file.path();
                                case Extra.Inline(String text) -> text;
                            }));
        }
        return List.copyOf(options);
    }

    /** The same for people. */
    public String shown() {
        return Stream.concat(
                        inventories.stream().map(file -> "-i " + SourceFile.shown(file.path())),
                        extras.stream()
                                .map(extra ->
                                        switch (extra) {
                                            case Extra.OfFile(InputFile file) ->
                                                    "-e @" + SourceFile.shown(file.path());
                                            case Extra.Inline(String text) -> "-e " + text;
                                        }))
                .collect(Collectors.joining(" "));
    }

    /** The inventories' paths. */
    List<String> paths() {
        return inventories.stream().map(i -> i.path().toString()).toList();
    }

    private static boolean same(Extra a, Extra b) {
        if (a instanceof Extra.OfFile(InputFile one) && b instanceof Extra.OfFile(InputFile two)) {
            return one.path().equals(two.path());
        }
        return a.equals(b);
    }
}
