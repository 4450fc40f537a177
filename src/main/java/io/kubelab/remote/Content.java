package io.kubelab.remote;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** What goes into a file or a standard input. */
public sealed interface Content {
    Content NONE = new Text("");

    /** Lower-case hex digest of the bytes (text as UTF-8). */
    String sha256();

    /** Anyone may see it. */
    record Text(String text) implements Content {
        @Override
        public String sha256() {
            return digest(text);
        }
    }

    /** Printed, logged and previewed as {@code ***}. */
    record Secret(String text) implements Content {
        @Override
        public String sha256() {
            return digest(text);
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Bytes that are no text, with a secret among them.
     *
     * @param base64 the bytes in RFC 4648's form
     */
    record SecretBytes(String base64) implements Content {
        public byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }

        @Override
        public String sha256() {
            return digest(bytes());
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * A file of the workstation, streamed and never held in memory.
     *
     * @param sha256 lower-case hex digest of the bytes
     */
    record Artifact(Path file, String sha256) implements Content {}

    private static String digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
