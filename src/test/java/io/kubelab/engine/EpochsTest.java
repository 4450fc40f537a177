package io.kubelab.engine;

import static io.kubelab.engine.TestLab.MASTER;
import static io.kubelab.engine.TestLab.NODE_1;
import static io.kubelab.engine.TestLab.VIRTHOST;
import static io.kubelab.engine.TestLab.WORKSTATION;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.cluster.ObjectRef;
import io.kubelab.engine.Epochs.Scope;
import io.kubelab.engine.Epochs.Scope.Shared;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.step.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EpochsTest {
    private static final Scope VIRT = new Scope.Shell("virt");
    private static final Scope CONTROL_PLANE = new Scope.Shell("kube-master");
    private static final Scope NODE = new Scope.Shell("kube-node-1");
    private static final Scope LOCAL = new Scope.Shell(Inventory.WORKSTATION);

    private static Set<Scope> moved(Host virthost, Change change, Host place) {
        var epochs = new Epochs(new Inventory(List.of(virthost, MASTER, NODE_1, WORKSTATION)));
        epochs.move(change, place);
        return Set.copyOf(
                Stream.concat(
                                Stream.of(VIRT, CONTROL_PLANE, NODE, LOCAL),
                                Stream.of(Shared.values()))
                        .filter(scope -> !epochs.unmoved(scope, 0))
                        .toList());
    }

    private static Set<Scope> moved(Change change, Host place) {
        return moved(VIRTHOST, change, place);
    }

    @Test
    void aNodesCommandMovesTheNodeAndTheCluster() {
        assertThat(moved(Steps.touch("a"), NODE_1)).containsExactlyInAnyOrder(NODE, Shared.CLUSTER);
    }

    @Test
    void aCommandOfTheVirthostMovesEverythingThatIsOnIt() {
        assertThat(moved(Steps.touch("a"), VIRTHOST))
                .contains(VIRT, CONTROL_PLANE, NODE, Shared.HYPERVISOR, Shared.CLUSTER)
                .contains(Shared.WORKSTATION); // the registry is read from there
    }

    @Test
    void theWorkstationsOwnCommandsMoveItsFiles() {
        assertThat(moved(Steps.touch("a"), WORKSTATION))
                .containsExactlyInAnyOrder(LOCAL, Shared.WORKSTATION);
    }

    @Test
    void theWorkstationMayBeTheVirthost() {
        var local = new Host("here", Set.of("virthost"), new Access.Local());
        assertThat(moved(local, Steps.touch("a"), WORKSTATION))
                .contains(LOCAL, NODE, Shared.HYPERVISOR);
        assertThat(moved(local, Steps.touch("a"), local)).contains(LOCAL, Shared.WORKSTATION);
    }

    @Test
    void objectsMoveTheCluster() {
        assertThat(moved(new Change.Delete(new ObjectRef("v1", "Pod", "default", "x")), MASTER))
                .containsExactly(Shared.CLUSTER);
    }

    @Test
    void aMachineMovesWhatEverybodySees() {
        assertThat(moved(new Change.StartMachine("kube-node-1"), VIRTHOST))
                .contains(VIRT, NODE, CONTROL_PLANE, Shared.HYPERVISOR, Shared.CLUSTER);
    }

    @Test
    void aPushMovesTheRegistry() {
        assertThat(moved(new Change.PushImage(Path.of("x"), "r:1", "x", "1"), WORKSTATION))
                .containsExactlyInAnyOrder(Shared.WORKSTATION, VIRT);
    }
}
