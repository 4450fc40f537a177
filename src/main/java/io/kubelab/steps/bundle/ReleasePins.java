package io.kubelab.steps.bundle;

import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import io.kubelab.document.Spelling;
import io.kubelab.settings.BundleSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which releases are fetched (setting {@code release_pins}).
 *
 * @param programs by the Go module of {@code bundle/} that they stand for
 * @param images by item
 */
record ReleasePins(Map<String, Programs> programs, Map<String, Image> images) {
    /** Name of the file below {@code bundle/}. */
    static final String FILE = "released.yml";

    static final ReleasePins NONE = new ReleasePins(Map.of(), Map.of());

    private static final String AUTO = "auto";
    private static final String URL = "https?://[^/\\s]+/\\S*[^/\\s]";

    /** Docker's registry has another name than its images. */
    private static final Map<String, String> REGISTRIES =
            Map.of("docker.io", "https://registry-1.docker.io");

    record Programs(String version, List<File> files) {}

    /**
     * @param sha256 by architecture
     * @param members see {@link PinnedFile}; {@code ${architecture}} stands for the architecture in
     *     these and in the URL
     */
    record File(String url, Map<String, String> sha256, List<String> members) {}

    /**
     * @param reference as pods name it
     * @param digest of the manifest, or of the index of manifests for all architectures
     */
    record Image(String reference, String digest) {}

    /** What the file is called in messages. */
    static String place(BundleSettings settings) {
        return settings.releasePins().equals(AUTO) ? "bundle/" + FILE : settings.releasePins();
    }

    /**
     * @param items of bundle.yml's {@code go}
     * @param images of bundle.yml
     */
    static ReleasePins read(
            Mapping document, Set<String> items, Set<String> images, Problems problems) {
        ReleasePins pins =
                new RecordBinder(problems).bind(ReleasePins.class, document).orElse(NONE);
        pins.programs()
                .forEach((item, programs) -> {
                    Mark mark = mark(document, "programs", item);
                    refuseUnknown(item, items, mark, problems);
                    if (!programs.version().matches("v[0-9]+(\\.[0-9]+)+\\S*")) {
                        problems.add(
                                mark,
                                "'version' must be like v1.37.0, not '%s'"
                                        .formatted(programs.version()));
                    }
                    for (File file : programs.files()) {
                        if (!file.url().matches(URL)) {
                            problems.add(
                                    mark,
                                    "'url' must be http(s)://host/path, not '%s'"
                                            .formatted(file.url()));
                        }
                        file.sha256()
                                .forEach((architecture, sha256) -> {
                                    if (!sha256.matches("[0-9a-f]{64}")) {
                                        problems.add(
                                                mark,
                                                "'sha256' for %s must be 64 hex digits, not '%s'"
                                                        .formatted(architecture, sha256));
                                    }
                                });
                    }
                });
        pins.images()
                .forEach((item, image) -> {
                    Mark mark = mark(document, "images", item);
                    refuseUnknown(item, images, mark, problems);
                    if (!image.digest().matches("sha256:[0-9a-f]{64}")) {
                        problems.add(
                                mark,
                                "'digest' must be sha256: and 64 hex digits, not '%s'"
                                        .formatted(image.digest()));
                    }
                });
        return pins;
    }

    private static void refuseUnknown(
            String item, Set<String> known, Mark mark, Problems problems) {
        if (!known.contains(item)) {
            problems.add(
                    mark,
                    "there is no item '%s' in bundle/bundle.yml%s"
                            .formatted(item, Spelling.hint(item, known)));
        }
    }

    private static Mark mark(Mapping document, String... path) {
        return document.at(path).map(n -> n.mark()).orElse(document.mark());
    }

    /** Empty: it is built, because no release of it is pinned for this architecture. */
    Optional<GoSource.Fetched> programs(String item, BundleSettings settings) {
        Programs release = programs.get(item);
        if (release == null) {
            return Optional.empty();
        }
        var files = new ArrayList<PinnedFile>();
        for (File file : release.files()) {
            String sha256 = file.sha256().get(settings.architecture());
            if (sha256 == null) {
                return Optional.empty();
            }
            files.add(
                    new PinnedFile(
                            mirrored(filled(file.url(), settings), settings),
                            sha256,
                            file.members().stream().map(m -> filled(m, settings)).toList()));
        }
        return Optional.of(new GoSource.Fetched(release.version(), files));
    }

    /**
     * @param reference of one of {@link #images}
     */
    static PinnedImage image(String reference, String digest, BundleSettings settings) {
        String host = reference.substring(0, reference.indexOf('/'));
        return new PinnedImage(
                Optional.ofNullable(settings.releaseMirrors().get(host))
                        .map(ReleasePins::withoutSlash)
                        .orElse(REGISTRIES.getOrDefault(host, "https://" + host)),
                digest);
    }

    private static String filled(String text, BundleSettings settings) {
        return text.replace("${architecture}", settings.architecture());
    }

    private static String mirrored(String url, BundleSettings settings) {
        int host = url.indexOf("://") + 3;
        int path = url.indexOf('/', host);
        String mirror = settings.releaseMirrors().get(url.substring(host, path));
        return mirror == null ? url : withoutSlash(mirror) + url.substring(path);
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
