package io.kubelab.adapter.iso;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.remote.Content;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whether an operating system can read them, the story of virtual machines shows. */
final class IsoDiscsTest {
    private final IsoDiscs discs = new IsoDiscs();

    @Test
    void aDiscHasItsLabelAndItsFilesUnderTheirNames() {
        byte[] disc = disc("hello: world\n").bytes();
        String latin = new String(disc, StandardCharsets.ISO_8859_1);
        assertThat(latin.substring(0x8001, 0x8006)).as("ECMA-119, 8.4.2").isEqualTo("CD001");
        assertThat(latin.substring(0x8028, 0x8048).strip()).isEqualTo("CIDATA");
        assertThat(latin).contains("hello: world\n");
        assertThat(latin).as("Joliet's names").contains(joliet("user-data"), joliet("meta-data"));
    }

    /** A date says the year in the last digits, or as the number of years since 1900. */
    @Test
    void theSameFilesMakeTheSameBytesAtAnotherTime() {
        String disc = new String(disc("a").bytes(), StandardCharsets.ISO_8859_1);
        LocalDate today = LocalDate.now();
        assertThat(disc)
                .doesNotContain(today.format(DateTimeFormatter.BASIC_ISO_DATE))
                .doesNotContain(
                        new String(
                                new char[] {
                                    (char) (today.getYear() - 1900),
                                    (char) today.getMonthValue(),
                                    (char) today.getDayOfMonth()
                                }));
        assertThat(disc("a").sha256())
                .isEqualTo(disc("a").sha256())
                .isNotEqualTo(disc("b").sha256());
    }

    @Test
    void itsContentIsNotShown() {
        assertThat(disc("secret")).hasToString("***");
    }

    private static String joliet(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.ISO_8859_1);
    }

    private Content.SecretBytes disc(String userData) {
        return discs.iso(
                "cidata", new TreeMap<>(Map.of("user-data", userData, "meta-data", "instance")));
    }
}
