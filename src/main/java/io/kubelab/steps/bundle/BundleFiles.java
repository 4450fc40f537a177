package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.BundleSettings;
import io.kubelab.settings.BundleSettings.BundleSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of {@code bundle/}. */
final class BundleFiles {
    private BundleFiles() {}

    /**
     * Path below the directory → text, sorted. What {@code release_pins} names stands in the place
     * of {@link ReleasePins#FILE}.
     */
    static Map<String, String> of(Path bundle, BundleSettings settings) {
        Map<String, String> texts = below(bundle);
        if (settings.bundleSource() == BundleSource.RELEASED
                && !settings.releasePins().equals("auto")) {
            try {
                texts.put(ReleasePins.FILE, Files.readString(Path.of(settings.releasePins())));
            } catch (IOException e) {
                throw new InvalidInput(
                        "release_pins",
                        "%s can't be read (%s); auto is what bundle/%s pins"
                                .formatted(
                                        settings.releasePins(), e.getMessage(), ReleasePins.FILE));
            }
        }
        return texts;
    }

    private static Map<String, String> below(Path bundle) {
        var texts = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(bundle)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.put(bundle.relativize(file).toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new InvalidInput(
                    bundle.toString(), "can't be read (%s)".formatted(e.getMessage()));
        }
        return texts;
    }
}
