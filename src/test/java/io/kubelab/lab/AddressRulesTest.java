package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which addresses machines and pods may have, and keep. */
class AddressRulesTest extends LabFromFiles {
    @Test
    void addressesMustFitTogether() {
        write(
                "work/extra.yml",
                """
                multus_ipam_rangeStart: 192.168.170.220
                multus_ipam_gateway: 192.168.171.1
                pod_network_cidr: 192.168.0.0
                virtual_machines:
                  - {name: m, node_type: master, static_ip: 192.168.170.1}
                  - {name: a, node_type: nodes, static_ip: 192.168.171.9}
                  - {name: b, node_type: nodes}
                  - {name: c, node_type: nodes, static_ip: 192.168.170.12}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:2:22: 'multus_ipam_gateway' 192.168.171.1 is outside of"
                                + " multus_ipam_subnet 192.168.170.0/24 ("
                                + placeOfDefault("multus_ipam_subnet")
                                + ")",
                        placeOfDefault("multus_ipam_rangeEnd")
                                + ": the range of macvlan pods ends at 192.168.170.216 before"
                                + " it starts at 192.168.170.220 (work/extra.yml:1:25)",
                        "work/extra.yml:5:45: the address 192.168.170.1 of 'm' is that of the"
                                + " gateway",
                        "work/extra.yml:6:44: the address 192.168.171.9 of 'a' is not one for a"
                                + " machine of the lab's network 192.168.170.0/24 ("
                                + placeOfDefault("multus_ipam_subnet")
                                + ")",
                        "work/extra.yml:8:44: the address 192.168.170.12 of 'c' is that of 'b'",
                        "work/extra.yml:3:19: 'pod_network_cidr' 192.168.0.0/16 overlaps the lab's"
                                + " network 192.168.170.0/24 ("
                                + placeOfDefault("multus_ipam_subnet")
                                + ")");
    }

    @Test
    void everyMachineHasAddressesForItsPods() {
        write(
                "work/extra.yml",
                """
                multus_ipam_rangeStart: 192.168.170.210
                multus_ipam_rangeEnd: 192.168.170.211
                virtual_machines:
                  - {name: m, node_type: master}
                  - {name: a, node_type: nodes}
                  - {name: b, node_type: nodes}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:2:23: 192.168.170.210 to 192.168.170.211"
                                + " (work/extra.yml:1:25) are fewer addresses than there are"
                                + " nodes; each node has some of its own");
    }

    @Test
    void aMachineThatIsNoNodeNeedsNone() {
        write(
                "work/extra.yml",
                """
                multus_ipam_rangeStart: 192.168.170.210
                multus_ipam_rangeEnd: 192.168.170.211
                virtual_machines:
                  - {name: m, node_type: master}
                  - {name: a, node_type: nodes}
                  - {name: b, node_type: traffic}
                """);
        assertThat(load(List.of(), "extra.yml").lab().inventory().nodes()).hasSize(2);
    }

    @Test
    void aSecondNetworkHasItsPlaces() {
        write(
                "work/extra.yml",
                """
                network_type: 2nics
                second_network_cidr: 10.244.0.0/28
                virtual_machines:
                  - {name: m, node_type: master, static_ip: 192.168.170.14}
                  - {name: a, node_type: nodes, static_ip: 192.168.170.15}
                  - {name: b, node_type: nodes, static_ip: 192.168.170.16}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:2:22: 10.244.0.0/28 has no place for 'a', which would be"
                                + " 10.244.0.15 there as it is in the lab's network ("
                                + placeOfDefault("multus_ipam_subnet")
                                + ")",
                        "work/extra.yml:2:22: 10.244.0.0/28 has no place for 'b', which would be"
                                + " 10.244.0.16 there as it is in the lab's network ("
                                + placeOfDefault("multus_ipam_subnet")
                                + ")",
                        placeOfDefault("pod_network_cidr")
                                + ": 'pod_network_cidr' 10.244.0.0/16 overlaps"
                                + " 'second_network_cidr' 10.244.0.0/28 (work/extra.yml:2:22)");
    }

    @Test
    void macvlanPodsMayBeInTheSecondNetwork() {
        String pods =
                """
                network_type: 2nics
                lab_network_cidr: 192.168.170.0/24
                multus_macvlan_master: eth1
                multus_ipam_subnet: 10.1.1.0/24
                multus_ipam_gateway: 10.1.1.1
                multus_ipam_rangeEnd: 10.1.1.216
                """;
        write("work/extra.yml", pods + "multus_ipam_rangeStart: 10.1.1.200\n");
        assertThat(load(List.of(), "extra.yml").warnings()).isEmpty();
        write("work/extra.yml", pods + "multus_ipam_rangeStart: 10.1.1.11\n");
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:7:25: the address 10.1.1.11 of 'kube-node-1' in the second"
                                + " network ("
                                + placeOfDefault("second_network_cidr")
                                + ") is inside of the range of macvlan pods");
    }

    @Test
    void aSecondNetworkThatNobodyWantsIsInNobodysWay() {
        assertThat(
                        load(List.of(), "second_network_cidr=10.244.0.0/28 network_type=default")
                                .warnings())
                .isEmpty();
        assertThat(problems(List.of(), "network_type=3nics").getFirst())
                .contains("'3nics' is not a type of network; there are default and 2nics");
    }

    @Test
    void theVirthostIsNotInsideOfItsOwnNetwork() {
        write("work/i", "v ansible_host=192.168.170.7\n[virthost]\nv\n");
        assertThat(problems(List.of("i")))
                .singleElement()
                .asString()
                .contains("has the virthost's address 192.168.170.7 in it");
    }

    @Test
    void machinesKeepTheirAddresses() {
        var memory = new LabMemory(documents, directory.resolve("state"));
        memory.remember(load(List.of(), machines("m", "one", "two")));
        assertThat(addresses("m", "new", "two")).containsExactly("m .10", "new .13", "two .12");
        memory.remember(load(List.of(), machines("m", "two")));
        assertThat(addresses("m", "two", "new"))
                .as("the former machine may still be running")
                .containsExactly("m .10", "two .12", "new .13");
        assertThat(addresses("m", "two", "one"))
                .as("and may come back")
                .containsExactly("m .10", "two .12", "one .11");
    }

    private List<String> addresses(String... names) {
        return plan(load(List.of(), machines(names))).machines().stream()
                .map(m -> m.machine() + " " + m.address().replaceFirst(".*(?=\\.)", ""))
                .toList();
    }
}
