package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.NetworkType;
import io.kubelab.steps.facts.NetworkState;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VirthostOnLanTest {
    private static final NetworkSettings ON_LAN =
            new NetworkSettings(
                    "192.168.170.0/24",
                    new NetworkType("default"),
                    new Cidr("10.1.1.0/24"),
                    true,
                    "virbr0",
                    "enp1s0f1",
                    "br0",
                    new Cidr("192.168.1.0/24"),
                    "dhcp",
                    "auto",
                    "192.168.1.1",
                    Map.of());

    @Test
    void theInterfaceHasItBeforeThereIsABridge() {
        assertThat(found("2: enp1s0f1    inet 192.168.1.119/24 scope global enp1s0f1"))
                .contains("192.168.1.119");
    }

    @Test
    void theBridgeHasItThenAndWhatKubelabGaveItIsNoneOfItsOwn() {
        assertThat(
                        found(
                                "5: br0    inet 192.168.1.209/32 scope global br0",
                                "5: br0    inet 10.0.0.5/24 scope global br0",
                                "5: br0    inet 192.168.1.119/24 scope global br0"))
                .contains("192.168.1.119");
    }

    @Test
    void anAddressElsewhereIsNone() {
        assertThat(
                        found(
                                "3: enp1s0f0    inet 192.168.1.7/24 scope global enp1s0f0",
                                "2: enp1s0f1    inet 10.0.0.5/24 scope global enp1s0f1"))
                .isEmpty();
    }

    private static Optional<String> found(String... addresses) {
        String out = String.join("\n", addresses) + "\n";
        NetworkState.Found state = NetworkState.ofHost().parse(new CommandResult(0, out, ""));
        return VirthostOnLan.of(ON_LAN, state).map(Address::text);
    }
}
