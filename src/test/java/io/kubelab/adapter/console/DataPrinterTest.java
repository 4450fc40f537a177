package io.kubelab.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.console.DataPrinter.Format;
import io.kubelab.adapter.console.DataPrinter.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataPrinterTest {
    private final Story story = new Story();
    private final Table table =
            new Table(
                    List.of("NAME", "POD CIDR", "STATUS"),
                    List.of(
                            List.of("kube-master", "10.244.0.0/24", "Ready"),
                            List.of("node-1", "", "Not\"Ready")));

    @Test
    void columnsForEyes() {
        new DataPrinter(story.stream, Format.TEXT).print(table);
        assertThat(story.printed())
                .isEqualTo(
                        """
                        NAME         POD CIDR       STATUS
                        kube-master  10.244.0.0/24  Ready
                        node-1                      Not"Ready
                        """);
    }

    @Test
    void objectsForPrograms() {
        new DataPrinter(story.stream, Format.JSON).print(table);
        assertThat(story.printed())
                .isEqualTo(
                        """
                        [{"name":"kube-master","pod_cidr":"10.244.0.0/24","status":"Ready"},\
                        {"name":"node-1","pod_cidr":"","status":"Not\\"Ready"}]
                        """);
    }
}
