package io.kubelab.steps.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.settings.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkShareTest {
    private static final Address FIRST = new Address("10.0.0.250");

    @ParameterizedTest(name = "{0} addresses, {1} control planes, {2} workers")
    @CsvSource({
        "17, 1, 1",
        "17, 1, 2",
        "5, 1, 4",
        "3, 1, 2",
        "17, 3, 0",
        "17, 2, 3",
        "1000, 3, 7",
        "1, 1, 0"
    })
    void everyAddressIsOfOneNodeAndEveryNodeHasOne(int size, int controlPlanes, int workers) {
        List<Host> nodes = nodes(controlPlanes, workers);
        var given = new ArrayList<Address>();
        for (Host node : nodes) {
            NetworkShare share = NetworkShare.of(FIRST, FIRST.plus(size - 1), nodes, node);
            assertThat(share.last().minus(share.first())).isNotNegative();
            for (Address a = share.first(); a.compareTo(share.last()) <= 0; a = a.plus(1)) {
                given.add(a);
                assertThat(share.has(a.text())).isTrue();
            }
        }
        assertThat(given).hasSize(size).doesNotHaveDuplicates();
        assertThat(given).allMatch(a -> a.compareTo(FIRST) >= 0);
        assertThat(given).allMatch(a -> a.compareTo(FIRST.plus(size - 1)) <= 0);
    }

    @Test
    void theFirstWorkerBeginsWhereTheRangeDoesAndAControlPlaneHasTheLast() {
        List<Host> nodes = nodes(1, 2);
        assertThat(NetworkShare.of(FIRST, FIRST.plus(16), nodes, nodes.get(1)).first())
                .isEqualTo(FIRST);
        assertThat(NetworkShare.of(FIRST, FIRST.plus(16), nodes, nodes.getFirst()))
                .isEqualTo(new NetworkShare(FIRST.plus(16), FIRST.plus(16)));
    }

    @Test
    void thereAreTooFew() {
        List<Host> nodes = nodes(1, 2);
        assertThatThrownBy(() -> NetworkShare.of(FIRST, FIRST.plus(1), nodes, nodes.getFirst()))
                .hasMessage("10.0.0.250 to 10.0.0.251 are 2 addresses for 3 nodes");
    }

    private static List<Host> nodes(int controlPlanes, int workers) {
        var nodes = new ArrayList<Host>();
        for (int i = 0; i < controlPlanes; i++) {
            nodes.add(new Host("m" + i, Set.of(Inventory.CONTROL_PLANE), new Access.Local()));
        }
        for (int i = 0; i < workers; i++) {
            nodes.add(new Host("n" + i, Set.of(Inventory.WORKERS), new Access.Local()));
        }
        return nodes;
    }
}
