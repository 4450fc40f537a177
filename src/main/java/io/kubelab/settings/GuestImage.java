package io.kubelab.settings;

import io.kubelab.document.Spelling;
import io.kubelab.settings.KnownImage.Firmware;
import io.kubelab.settings.KnownImage.SignedList;
import io.kubelab.settings.KnownImage.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The image that the lab's virtual machines are clones of: the table's row, and what the settings
 * put in its place.
 *
 * @param location a URL, or a path of the workstation
 */
public record GuestImage(String location, Trust trust, Packaging packages, Firmware firmware) {
    /** The images that are not fetched but made. */
    private static final String BUILD = "build:";

    private static final String AUTO = "auto";

    /** Why it is believed to be the right one. */
    public sealed interface Trust {
        /**
         * @param digest {@code sha256:} or {@code sha512:} and lower-case hex
         */
        record Digest(String digest) implements Trust {}

        /**
         * @param url of a list of digests
         * @param key a URL, or a path of the workstation
         * @param fingerprint the key's; empty: every key of the file will do
         */
        record Signed(String url, String key, Optional<String> fingerprint) implements Trust {}

        /** It is a file of the user's own. */
        record Own() implements Trust {}
    }

    /** Whether it is made from packages, and nothing is fetched. */
    public static boolean isBuilt(ImageSettings settings) {
        return settings.image().startsWith(BUILD);
    }

    /**
     * What the image is made of; empty: it is not made.
     *
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static Optional<Distribution> built(ImageSettings settings) {
        return isBuilt(settings)
                ? Optional.of(new Distribution(settings.image().substring(BUILD.length())))
                : Optional.empty();
    }

    /** It lies on the workstation, and is sent to the virthost. */
    public boolean isLocal() {
        return isPath(location);
    }

    public static boolean isPath(String location) {
        return location.startsWith("/");
    }

    /**
     * What the settings say.
     *
     * @param architecture in Debian's word
     * @param problem hears of each setting that is wrong, and of what to write
     * @return empty if any is
     */
    public static Optional<GuestImage> of(
            ImageSettings settings,
            Map<String, KnownImage> table,
            String architecture,
            BiConsumer<String, String> problem) {
        return new Reading(settings, architecture, problem).image(table);
    }

    /** What may be said besides {@code build:}: nothing. */
    public static void refuseBesidesBuild(
            ImageSettings settings, BiConsumer<String, String> problem) {
        List.of(
                        Map.entry("image_url", settings.imageUrl()),
                        Map.entry("image_digest", settings.imageDigest()),
                        Map.entry("image_checksums_url", settings.imageChecksumsUrl()),
                        Map.entry("image_checksums_key", settings.imageChecksumsKey()))
                .stream()
                .filter(e -> isGiven(e.getValue()))
                .forEach(e ->
                        problem.accept(
                                e.getKey(),
                                "'%s' is made here, so that '%s' has no meaning; write auto, or another 'image'"
                                        .formatted(settings.image(), e.getKey())));
    }

    private static boolean isGiven(String value) {
        return !value.equals(AUTO);
    }

    private record Reading(
            ImageSettings settings, String architecture, BiConsumer<String, String> problem) {
        Optional<GuestImage> image(Map<String, KnownImage> table) {
            KnownImage row = table.get(settings.image());
            if (row == null) {
                problem.accept(
                        "image",
                        "there is no image '%s' in inventory/images.yml%s"
                                .formatted(
                                        settings.image(),
                                        Spelling.hint(settings.image(), table.keySet())));
                return Optional.empty();
            }
            Optional<Source> source = row.source(architecture);
            if (source.isEmpty() && !isGiven(settings.imageUrl())) {
                problem.accept(
                        "image",
                        "inventory/images.yml has '%s' for %s, not for %s; name another image, or this one's image_url and image_digest"
                                .formatted(
                                        settings.image(),
                                        String.join(", ", row.architectures()),
                                        architecture));
                return Optional.empty();
            }
            String location =
                    isGiven(settings.imageUrl())
                            ? settings.imageUrl()
                            : source.map(Source::url).orElseThrow();
            if (!isPath(location) && !KnownImage.URL.matcher(location).matches()) {
                problem.accept(
                        "image_url",
                        "'%s' is not a URL (http://, https:// without user and password, or file:/// for a file of the virthost) and not the path of a file of this workstation (/home/me/x.qcow2, ~/x.qcow2)"
                                .formatted(location));
                return Optional.empty();
            }
            return trust(location, source)
                    .map(t -> new GuestImage(location, t, row.packages(), row.firmware()));
        }

        private Optional<Trust> trust(String location, Optional<Source> source) {
            boolean digest = isGiven(settings.imageDigest());
            boolean list = isGiven(settings.imageChecksumsUrl());
            boolean key = isGiven(settings.imageChecksumsKey());
            if (digest && (list || key)) {
                problem.accept(
                        "image_digest",
                        "an image is known either by its digest or by a signed list; leave image_digest, or image_checksums_url and image_checksums_key, at auto");
                return Optional.empty();
            }
            if (digest) {
                return digest();
            }
            if (list || key) {
                return list && key ? signed() : half(list ? "key" : "url");
            }
            if (!isGiven(settings.imageUrl())) {
                return source.map(Reading::ofTable);
            }
            if (isPath(location)) {
                return Optional.of(new Trust.Own());
            }
            problem.accept(
                    "image_url",
                    "nothing says what '%s' should be; write image_digest: sha256:… (or sha512:…), or image_checksums_url and image_checksums_key for the vendor's signed list"
                            .formatted(location));
            return Optional.empty();
        }

        private static Trust ofTable(Source source) {
            return source.digest()
                    .<Trust>map(Trust.Digest::new)
                    .orElseGet(() -> {
                        SignedList list = source.checksums().orElseThrow();
                        return new Trust.Signed(
                                list.url(), list.key(), Optional.of(list.fingerprint()));
                    });
        }

        private Optional<Trust> digest() {
            if (KnownImage.DIGEST.matcher(settings.imageDigest()).matches()) {
                return Optional.of(new Trust.Digest(settings.imageDigest()));
            }
            problem.accept(
                    "image_digest",
                    "'%s' is not 'sha256:' and 64, or 'sha512:' and 128, of the digits 0-9 and a-f, as sha256sum and sha512sum print them"
                            .formatted(settings.imageDigest()));
            return Optional.empty();
        }

        private Optional<Trust> signed() {
            String url = settings.imageChecksumsUrl();
            String key = settings.imageChecksumsKey();
            if (!KnownImage.URL.matcher(url).matches()) {
                problem.accept(
                        "image_checksums_url",
                        "'%s' is not a URL (http://, https://, or file:/// for a file of the virthost)"
                                .formatted(url));
                return Optional.empty();
            }
            if (!isPath(key) && !KnownImage.URL.matcher(key).matches()) {
                problem.accept(
                        "image_checksums_key",
                        "'%s' is not the path of a file of this workstation (~/vendor.asc) and not a URL (file:/// for a file of the virthost, as in /usr/share/keyrings)"
                                .formatted(key));
                return Optional.empty();
            }
            return Optional.of(new Trust.Signed(url, key, Optional.empty()));
        }

        private Optional<Trust> half(String missing) {
            problem.accept(
                    missing.equals("key") ? "image_checksums_url" : "image_checksums_key",
                    "a signed list needs image_checksums_url and image_checksums_key; image_checksums_%s is missing"
                            .formatted(missing));
            return Optional.empty();
        }
    }
}
