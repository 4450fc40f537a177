package io.kubelab.steps.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The only shell programs among the templates. */
final class NodeInitTest {
    record Model(String log, String group, String settings, String handedOver) {}

    @ParameterizedTest
    @ValueSource(strings = {"node/init-hybrid.sh", "node/init-unified.sh"})
    void isAProgramThatShUnderstands(String template) throws IOException, InterruptedException {
        String program =
                new FreemarkerTemplates(Path.of("templates"))
                        .render(
                                template,
                                new Model("/log", "kubelab-a-b", "/settings", "handed over"));
        assertThat(program).startsWith("#!/bin/sh\n").doesNotContain("[=", "[#");
        Process sh = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
        sh.getOutputStream().write(program.getBytes(StandardCharsets.UTF_8));
        sh.getOutputStream().close();
        String said = new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(sh.waitFor()).as(said).isZero();
    }
}
