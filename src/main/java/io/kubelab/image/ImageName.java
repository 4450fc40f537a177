package io.kubelab.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image's name with everything in it that a pod may leave out (<a
 * href="https://pkg.go.dev/github.com/distribution/reference">distribution/reference</a>).
 *
 * @param host of its registry: {@code docker.io}
 * @param repository {@code library/busybox}
 * @param tag {@code latest} where none is written
 */
public record ImageName(String host, String repository, String tag) {
    private static final String PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern NAME =
            Pattern.compile(
                    "(?:((?=[^/]*[.:]|localhost/)[A-Za-z0-9.-]+(?::[0-9]+)?)/)?(%s(?:/%s)*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
                            .formatted(PART, PART));

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static ImageName parse(String text) {
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not the name of an image, such as example.org/me/app:v1"
                            .formatted(text));
        }
        String host = matcher.group(1) == null ? "docker.io" : matcher.group(1);
        String path = matcher.group(2);
        return new ImageName(
                host,
                host.equals("docker.io") && !path.contains("/") ? "library/" + path : path,
                matcher.group(3) == null ? "latest" : matcher.group(3));
    }

    /** As a pod may write it. */
    @Override
    public String toString() {
        return host + "/" + repository + ":" + tag;
    }
}
