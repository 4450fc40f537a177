package io.kubelab.settings;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import io.kubelab.document.SourceFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A row of {@code inventory/images.yml}.
 *
 * @param firmware what machines of it start by, where their architecture leaves a choice
 */
public record KnownImage(
        Packaging packages, Firmware firmware, Optional<Source> amd64, Optional<Source> arm64) {
    private static final String FILE = "inventory/images.yml";

    public enum Firmware {
        BIOS,
        UEFI
    }

    /**
     * Where it lies, and one thing that it is known by.
     *
     * @param digest as {@link #DIGEST} is written
     */
    public record Source(String url, Optional<String> digest, Optional<SignedList> checksums) {
        /**
         * @throws IllegalArgumentException with a sentence for the user
         */
        public Source {
            refuse(url, URL, "'url': '%s' is not http(s)://… or file:///…");
            digest.ifPresent(
                    d -> refuse(d, DIGEST, "'digest': '%s' is not sha256:… or sha512:… in full"));
            if (digest.isPresent() == checksums.isPresent()) {
                throw new IllegalArgumentException(
                        "an image is known either by its 'digest' or by signed 'checksums'; write one of the two");
            }
        }
    }

    /**
     * A list of digests that its vendor has signed.
     *
     * @param key URL of the OpenPGP key
     * @param fingerprint the key's, so that it may come from anywhere
     */
    public record SignedList(String url, String key, String fingerprint) {
        /**
         * @throws IllegalArgumentException with a sentence for the user
         */
        public SignedList {
            refuse(url, URL, "'url': '%s' is not http(s)://… or file:///…");
            refuse(key, URL, "'key': '%s' is not http(s)://… or file:///…");
            refuse(
                    fingerprint,
                    FINGERPRINT,
                    "'fingerprint': '%s' is not the 40 hexadecimal digits of a key's fingerprint, in capitals and without spaces");
        }
    }

    /** Without a password in it, which everybody on the virthost could read. */
    static final Pattern URL =
            Pattern.compile(
                    "(https?://([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+\\])(:[0-9]{1,5})?|file://)/[!#-;=?-\\[\\]-~]*");

    static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-F]{40}");

    /** What it is for machines of an architecture, in Debian's word. */
    Optional<Source> source(String architecture) {
        return switch (architecture) {
            case "amd64" -> amd64;
            case "arm64" -> arm64;
            default -> Optional.empty();
        };
    }

    /** The architectures that it exists for. */
    List<String> architectures() {
        return List.of("amd64", "arm64").stream().filter(a -> source(a).isPresent()).toList();
    }

    /**
     * The table, by name.
     *
     * @param home the directory that holds {@code inventory/}
     * @throws io.kubelab.failure.InvalidInput with every problem of the table
     */
    public static Map<String, KnownImage> table(Documents documents, Path home) {
        Path file = home.resolve(FILE);
        var problems = new Problems();
        var binder = new RecordBinder(problems);
        var table = new LinkedHashMap<String, KnownImage>();
        for (Node document : documents.read(file)) {
            if (!(document instanceof Mapping mapping)) {
                problems.add(
                        document.mark(),
                        "must be a mapping of images' names, not " + document.kind());
                continue;
            }
            for (Entry entry : mapping.entries()) {
                if (entry.value() instanceof Mapping row) {
                    binder.bind(KnownImage.class, row)
                            .ifPresent(image -> table.put(entry.key().text(), image));
                } else {
                    problems.add(
                            entry.value().mark(),
                            "'%s' must be a mapping, not %s"
                                    .formatted(entry.key().text(), entry.value().kind()));
                }
            }
        }
        if (table.isEmpty() && problems.count() == 0) {
            problems.add(SourceFile.shown(file), "names no image");
        }
        problems.throwIfAny();
        return Collections.unmodifiableMap(table);
    }

    private static void refuse(String value, Pattern pattern, String message) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(message.formatted(value));
        }
    }
}
