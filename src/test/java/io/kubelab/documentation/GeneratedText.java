package io.kubelab.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file, or a part of one, that is made from something else. With {@code -Dkubelab.write} the
 * tests write it, without it they compare.
 */
public final class GeneratedText {
    private static final boolean WRITE = System.getProperty("kubelab.write") != null;
    private static final String ADVICE =
            "is out of date; run ./mvnw test -Dtest=DocumentationTest -Dkubelab.write";

    private GeneratedText() {}

    public static void file(Path file, String wanted) throws IOException {
        if (WRITE) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, wanted);
        }
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("%s %s", file, ADVICE)
                .isEqualTo(wanted);
    }

    /** What stands between {@code <!-- name -->} and {@code <!-- /name -->}. */
    public static void section(Path file, String name, String wanted) throws IOException {
        String text = Files.readString(file);
        Matcher section =
                Pattern.compile("(?s)(<!-- %s -->\n).*?(<!-- /%s -->)".formatted(name, name))
                        .matcher(text);
        assertThat(section.find()).as("%s has a section '%s'", file, name).isTrue();
        file(file, text.substring(0, section.end(1)) + wanted + text.substring(section.start(2)));
    }
}
