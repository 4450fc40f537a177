package io.kubelab.document;

import io.kubelab.failure.InvalidInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A text file that a user wrote.
 *
 * @param name how messages call it: relative to the working directory if it is below it
 */
public record SourceFile(String name, String text) {
    /**
     * @throws InvalidInput if it can't be read or isn't UTF-8
     */
    public static SourceFile read(Path file) {
        String name = shown(file);
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new SourceFile(name, text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (NoSuchFileException e) {
            throw new InvalidInput(name, "there is no such file");
        } catch (CharacterCodingException e) {
            throw new InvalidInput(name, "is not a text file in UTF-8");
        } catch (IOException e) {
            throw new InvalidInput(
                    name,
                    Files.isDirectory(file)
                            ? "is a directory, not a file"
                            : "can't be read: " + e.getMessage());
        }
    }

    /** The shorter of the absolute path and the one from the working directory. */
    public static String shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path there = file.toAbsolutePath().normalize();
        return there.startsWith(here) && !there.equals(here)
                ? here.relativize(there).toString()
                : there.toString();
    }
}
