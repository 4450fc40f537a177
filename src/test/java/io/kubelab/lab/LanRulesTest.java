package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.inventory.Host.Access;
import io.kubelab.machines.AddressPlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines with addresses of the LAN: by its DHCP server, or of a range. */
class LanRulesTest extends LabFromFiles {
    private static final String ON_LAN =
            """
            bridge_networking: true
            bridge_name: virbr0
            bridge_physical_nic: "enp1s0f1"
            bridge_network_name: "br0"
            bridge_network_cidr: 192.168.1.0/24
            multus_ipam_subnet: "192.168.1.0/24"
            multus_ipam_rangeStart: "192.168.1.200"
            multus_ipam_rangeEnd: "192.168.1.216"
            multus_ipam_gateway: "192.168.1.1"
            """;

    @Test
    void asTheArticleHasItTheLanGivesMachinesTheirAddresses() {
        write("work/extra.yml", ON_LAN);
        LoadedLab loaded = load(List.of(), "extra.yml");
        AddressPlan plan = AddressPlan.of(loaded.lab().tag(), loaded.lab().settings());
        assertThat(plan.bridge()).isEqualTo("br0");
        assertThat(plan.asksDhcp()).isTrue();
        assertThat(plan.virthost()).isEqualTo(AddressPlan.NOWHERE);
        assertThat(loaded.virthostOpen()).isTrue();
        assertThat(plan.nameServer().text()).isEqualTo("192.168.1.1");
        assertThat(plan.machines()).extracting(m -> m.address()).containsExactly("", "");
        assertThat(plan.nic("kube-master").gateway()).isEmpty();
        assertThat(loaded.lab().settings().multus().multusIpamRangeEnd().text())
                .isEqualTo("192.168.1.216");
        assertThat(loaded.warnings().toString())
                .contains(
                        "work/extra.yml:2:14: 'bridge_name' has no effect: with bridge_networking,"
                                + " machines are on 'br0' (bridge_network_name)");
    }

    @Test
    void whatTheLanGaveIsRemembered() {
        write("work/extra.yml", ON_LAN);
        write("work/i", "v ansible_host=192.168.1.119\n\n[virthost]\nv\n");
        LoadedLab asked = load(List.of("i"), "extra.yml", "bridge_virthost_address=192.168.1.119");
        assertThat(asked.virthostOpen()).isFalse();
        new LabMemory(documents, directory.resolve("state")).remember(asked);
        write("state/labs/v/leases/kube-node-1", "192.168.1.57\n");

        LoadedLab again = load(List.of("i"), "extra.yml");
        AddressPlan plan = AddressPlan.of(again.lab().tag(), again.lab().settings());
        assertThat(plan.machines())
                .extracting(m -> m.address())
                .containsExactly("", "192.168.1.57");
        // libvirt is asked for none of them
        assertThat(plan.nic("kube-node-1").address()).isEmpty();
        assertThat(plan.virthost().text()).isEqualTo("192.168.1.119");
        assertThat(again.virthostOpen()).isTrue();
        assertThat(again.lab().inventory().host("kube-node-1").access())
                .isInstanceOfSatisfying(
                        Access.Ssh.class,
                        ssh -> assertThat(ssh.address()).isEqualTo("192.168.1.57"));

        // a range has nothing to do with it
        LoadedLab fixed =
                load(List.of("i"), "extra.yml", "bridge_network_range=192.168.1.30-192.168.1.32");
        plan = AddressPlan.of(fixed.lab().tag(), fixed.lab().settings());
        assertThat(plan.machines())
                .extracting(m -> m.address())
                .containsExactly("192.168.1.31", "192.168.1.32");
    }

    @Test
    void theVirthostsAddressNeedNotBeOfTheRange() {
        write("work/extra.yml", ON_LAN);
        LoadedLab loaded =
                load(
                        List.of(),
                        "extra.yml",
                        "bridge_network_range=192.168.1.30-192.168.1.31",
                        "bridge_virthost_address=192.168.1.119");
        AddressPlan plan = AddressPlan.of(loaded.lab().tag(), loaded.lab().settings());
        assertThat(plan.virthost().text()).isEqualTo("192.168.1.119");
        assertThat(plan.machines())
                .extracting(m -> m.address())
                .containsExactly("192.168.1.30", "192.168.1.31");
    }

    @Test
    void whatTheLanGivesIsNotWrittenHere() {
        write(
                "work/extra.yml",
                ON_LAN
                        + """
                        network_type: 2nics
                        virtual_machines:
                          - {name: m, node_type: master, static_ip: 192.168.1.57}
                        """);
        assertThat(problems(List.of(), "extra.yml"))
                .satisfiesExactlyInAnyOrder(
                        one ->
                                assertThat(one)
                                        .startsWith(
                                                "work/extra.yml:12:45: machines ask the LAN's DHCP server for their addresses"),
                        two ->
                                assertThat(two)
                                        .startsWith(
                                                "work/extra.yml:10:15: 2nics gives a machine the same place in both networks"));
    }

    @Test
    void aRangeOfTheLanMayBeNamed() {
        write("work/extra.yml", ON_LAN);
        LoadedLab loaded =
                load(
                        List.of(),
                        "extra.yml",
                        "bridge_network_range=192.168.1.30-192.168.1.32",
                        "bridge_network_dns=192.168.1.2");
        AddressPlan plan = AddressPlan.of(loaded.lab().tag(), loaded.lab().settings());
        assertThat(plan.virthost().text()).isEqualTo("192.168.1.30");
        assertThat(plan.nameServer().text()).isEqualTo("192.168.1.2");
        assertThat(plan.nic("kube-node-1").address()).isEqualTo("192.168.1.32");
        assertThat(loaded.lab().settings().multus().multusIpamRangeEnd().text())
                .isEqualTo("192.168.1.216");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "bridge_network_range=192.168.1.30 | is not a range of addresses such as",
                "bridge_network_range=192.168.1.32-192.168.1.30 | ends before it starts",
                "bridge_network_range=10.0.0.1-10.0.0.9 | 10.0.0.1-10.0.0.9 is not of the LAN 192.168.1.0/24",
                "bridge_network_range=192.168.1.216-192.168.1.220 | overlaps the range of macvlan pods, 192.168.1.200-192.168.1.216",
                "bridge_network_range=192.168.1.1-192.168.1.9 | the gateway 192.168.1.1 is inside of",
                "bridge_network_range=192.168.1.118-192.168.1.124 | the virthost's address 192.168.1.119 is inside of",
                "bridge_network_range=192.168.1.30-192.168.1.31 | has no address left for 'kube-node-1'; the first is the virthost's",
                "bridge_network_range=auto | is not a range of addresses such as",
                "bridge_virthost_address=v | 'bridge_virthost_address': 'v' is not an IPv4 address",
                "bridge_virthost_address=10.0.0.1 | the virthost's address 10.0.0.1 is not of the LAN 192.168.1.0/24",
                "bridge_virthost_address=192.168.1.201 | the virthost's address 192.168.1.201 is inside of the range of macvlan pods",
                "bridge_network_dns=router | 'bridge_network_dns': 'router' is not an IPv4 address",
                "lab_network_cidr=192.168.9.0/24 | 'lab_network_cidr' is for a network of the lab's own",
                "bridge_network_name=br/0 | 'bridge_network_name': 'br/0' is no name of a network interface",
                "bridge_network_cidr=192.168.2.0/24 | the gateway 192.168.1.1 is not on the LAN 192.168.2.0/24",
            })
    void addressesOfALanAreChecked(String option, String problem) {
        write("work/extra.yml", ON_LAN);
        write("work/i", "v ansible_host=192.168.1.119\n\n[virthost]\nv\n");
        assertThat(problems(List.of("i"), "extra.yml", option))
                .anySatisfy(told -> assertThat(told).contains(problem));
    }
}
