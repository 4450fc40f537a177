package io.kubelab.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.cases.SampleLab;
import io.kubelab.step.Lab;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is asked for the API server, and in which order. */
final class AddressPlanTest {
    private static final String THREE =
            "{name: m1, node_type: master}, {name: m2, node_type: master_slave}, {name: m3, node_type: master_slave}, {name: n1, node_type: nodes}, {name: n2, node_type: nodes}";

    @Test
    void oneControlPlaneIsAskedByAll() {
        String one = "{name: m1, node_type: master}, {name: n1, node_type: nodes}";
        assertThat(apiServers(one, "m1")).containsExactly("192.168.122.10");
        assertThat(apiServers(one, "n1")).containsExactly("192.168.122.10");
    }

    @Test
    void ofSeveralEachAsksItselfFirstAndWorkersBeginWithOneEach() {
        assertThat(apiServers(THREE, "m2"))
                .containsExactly("192.168.122.11", "192.168.122.12", "192.168.122.10");
        assertThat(List.of(apiServers(THREE, "n1"), apiServers(THREE, "n2")))
                .allSatisfy(all ->
                        assertThat(all)
                                .containsExactlyInAnyOrder(
                                        "192.168.122.10", "192.168.122.11", "192.168.122.12"))
                .extracting(List::getFirst)
                .doesNotHaveDuplicates();
    }

    @Test
    void aLoadBalancerComesBeforeThem() {
        assertThat(apiServers(THREE + ", {name: lb, node_type: lb}", "m3"))
                .containsExactly(
                        "192.168.122.15", "192.168.122.12", "192.168.122.10", "192.168.122.11");
    }

    private static List<String> apiServers(String machines, String asking) {
        Lab lab =
                SampleLab.standing(
                        Path.of(""), Path.of(""), "virtual_machines: [%s]".formatted(machines));
        return AddressPlan.of(lab.tag(), lab.settings()).apiServers(lab.settings(), asking);
    }
}
