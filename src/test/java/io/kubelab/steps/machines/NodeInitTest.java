package io.kubelab.steps.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The only shell programs among the templates. */
final class NodeInitTest {
    record Model(
            String log,
            String group,
            String settings,
            String handedOver,
            List<LabBridges.Narrow> narrow) {}

    @ParameterizedTest
    @ValueSource(strings = {"node/init-hybrid.sh", "node/init-unified.sh"})
    void isAProgramThatShUnderstands(String template) throws IOException, InterruptedException {
        String program =
                new FreemarkerTemplates(Path.of("templates"))
                        .render(
                                template,
                                new Model(
                                        "/log",
                                        "kubelab-a-b",
                                        "/settings",
                                        "handed over",
                                        List.of(new LabBridges.Narrow("eth0", 1450))));
        assertThat(program)
                .startsWith("#!/bin/sh\n")
                .contains("\n    ip link set dev eth0 mtu 1450\n")
                .doesNotContain("[=", "[#");
        Process sh = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
        sh.getOutputStream().write(program.getBytes(StandardCharsets.UTF_8));
        sh.getOutputStream().close();
        String said = new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(sh.waitFor()).as(said).isZero();
    }
}
