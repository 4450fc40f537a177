package io.kubelab.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.inventory.Host.Access;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPatternTest {
    private static final Inventory INVENTORY =
            new Inventory(
                    List.of(
                            host("v", "virthost"),
                            host("kube-master", "master", "machines"),
                            host("kube-node-1", "nodes", "machines"),
                            host("kube-node-2", "nodes", "machines"),
                            host("localhost")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    all                | v kube-master kube-node-1 kube-node-2
                    localhost          | localhost
                    machines           | kube-master kube-node-1 kube-node-2
                    master:nodes       | kube-master kube-node-1 kube-node-2
                    nodes,virthost     | kube-node-1 kube-node-2 v
                    nodes[0]           | kube-node-1
                    nodes[-1]          | kube-node-2
                    nodes[1:]          | kube-node-2
                    machines[0:1]      | kube-master kube-node-1
                    nodes[7]           | ''
                    all:!virthost      | kube-master kube-node-1 kube-node-2
                    machines:&nodes    | kube-node-1 kube-node-2
                    !nodes             | v kube-master
                    kube-node-*        | kube-node-1 kube-node-2
                    kube-master        | kube-master
                    ungrouped          | ''
                    """)
    void choosesHosts(String pattern, String names) {
        assertThat(
                        String.join(
                                " ",
                                HostPattern.hosts(pattern, INVENTORY).stream()
                                        .map(Host::name)
                                        .toList()))
                .isEqualTo(names);
    }

    @Test
    void whatIsUnknownIsSaid() {
        assertThatThrownBy(() -> HostPattern.hosts("nodez", INVENTORY))
                .hasMessage("there is no host or group 'nodez', did you mean 'nodes'?");
        assertThatThrownBy(() -> HostPattern.hosts("nodes[", INVENTORY))
                .hasMessageContaining("is not a pattern of hosts");
        assertThatThrownBy(() -> HostPattern.hosts("", INVENTORY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWorkstationThatIsNamedIsAHostLikeOthers() {
        var named =
                new Inventory(
                        List.of(
                                new Host("localhost", Set.of("virthost"), new Access.Local()),
                                host("kube-master", "master")));
        assertThat(HostPattern.hosts("all", named)).hasSize(2);
        assertThat(named.virthost().name()).isEqualTo("localhost");
    }

    private static Host host(String name, String... groups) {
        return new Host(name, Set.of(groups), new Access.Local());
    }
}
