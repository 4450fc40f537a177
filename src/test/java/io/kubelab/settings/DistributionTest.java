package io.kubelab.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DistributionTest {
    /** Plays name the images that are made: a distribution that they forget would have no disk. */
    @Test
    void everyImageThatCanBeMadeHasItsPlays() throws IOException {
        try (Stream<Path> playbooks = Files.list(Path.of("playbooks-equivalent"))) {
            List<String> conditions =
                    playbooks
                            .flatMap(DistributionTest::lines)
                            .filter(line -> line.contains("when:") && line.contains("build:"))
                            .toList();
            assertThat(conditions)
                    .hasSizeGreaterThan(2)
                    .allSatisfy(line ->
                            assertThat(line)
                                    .contains(
                                            Distribution.WORDS.stream()
                                                    .map(word -> "build:" + word)
                                                    .toList()));
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
