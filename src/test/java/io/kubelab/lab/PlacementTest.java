package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Several virthosts, and hosts that were there before. */
class PlacementTest extends LabFromFiles {
    @Test
    void aHostInNodesIsAWorkerAfterTheMachines() {
        write(
                "work/i",
                """
                rack-7 ansible_host=192.168.170.40 ansible_user=debian
                v ansible_connection=local
                [virthost]
                v
                [nodes]
                rack-7
                """);
        var inventory = load(List.of("i")).lab().inventory();
        assertThat(inventory.nodes())
                .extracting(Host::name)
                .containsExactly("kube-master", "kube-node-1", "rack-7");
        assertThat(inventory.bareNodes()).extracting(Host::name).containsExactly("rack-7");
        assertThat(inventory.host("rack-7").access())
                .isEqualTo(new Access.Ssh("192.168.170.40", 0, "debian", "", "", ""));
    }

    @Test
    void aHostThatCantBeAWorkerIsRefused() {
        write(
                "work/i",
                """
                v ansible_host=10.0.0.1
                Rack_7 ansible_host=192.168.170.11
                here ansible_connection=local
                other ansible_host=10.0.0.2
                third ansible_host=192.168.170.201
                [virthost]
                v
                [nodes]
                v
                Rack_7
                here
                third
                [master]
                other
                """);
        assertThat(problems(List.of("i")))
                .containsExactlyInAnyOrder(
                        "work/i:1:1: 'v' is the virthost, whose nodes are machines on it; it can't"
                                + " be in the group 'nodes' itself",
                        "work/i:2:1: 'Rack_7' can't be a node's name: at most 63 lower-case"
                                + " letters, digits and '-', with no '-' at the ends, and not"
                                + " 'kube-api'",
                        "work/i:2:1: the address 192.168.170.11 of 'Rack_7' is that of"
                                + " 'kube-node-1'",
                        "work/i:3:1: 'here' is this workstation (ansible_connection=local), and a"
                                + " node is another host; write its ansible_host",
                        "work/i:4:1: 'other' is in the group 'master', which is for machines of"
                                + " virtual_machines alone; a host that is there already can be a"
                                + " worker (group 'nodes')",
                        "work/i:5:1: the address 192.168.170.201 of 'third' is inside of the range"
                                + " of macvlan pods, 192.168.170.200-192.168.170.216"
                                + " ("
                                + placeOfDefault("multus_ipam_rangeStart")
                                + ")");
    }

    private static final String TWO =
            "a ansible_host=192.0.2.1\nb ansible_host=192.0.2.2\n\n[virthost]\na\nb\n";

    @Test
    void machinesStayOnTheVirthostThatTheyHave() {
        write("work/two", TWO);
        var memory = new LabMemory(documents, directory.resolve("state"));
        LoadedLab fresh = load(List.of("two"), machines("m", "one", "two"));
        assertThat(fresh.lab().tag().name()).isEqualTo("a");
        assertThat(virthosts(fresh)).containsExactly("m a", "one b", "two a");
        assertThat(fresh.placed()).containsExactly("m", "one", "two");
        assertThat(fresh.lab().inventory().host("one").access())
                .isInstanceOfSatisfying(
                        Access.Ssh.class, ssh -> assertThat(ssh.via()).isEqualTo("b"));
        memory.remember(fresh);

        LoadedLab more = load(List.of("two"), machines("m", "new", "other", "two", "one"));
        assertThat(virthosts(more)).containsExactly("m a", "new b", "other a", "two a", "one b");
        assertThat(more.placed()).containsExactly("new", "other");
        LoadedLab roomy =
                new LabLoader(documents)
                        .load(
                                request(
                                                List.of("two"),
                                                List.of(machines("m", "new")),
                                                Optional.empty())
                                        .withFree(Map.of("a", 9000L, "b", 1000L)));
        assertThat(virthosts(roomy)).containsExactly("m a", "new a");
    }

    @Test
    void aLabThatHadOneVirthostGetsAnother() {
        write("work/i", TWO.replace("b\n", "").replace("b ansible_host=192.0.2.2\n", ""));
        new LabMemory(documents, directory.resolve("state"))
                .remember(load(List.of("i"), machines("m", "one")));
        write("work/i", TWO);
        LoadedLab two = load(List.of("i"), machines("m", "one", "new"));
        assertThat(virthosts(two)).containsExactly("m a", "one a", "new b");
    }

    @Test
    void whatSeveralVirthostsNeedIsChecked() {
        write("work/two", TWO);
        write(
                "work/extra.yml",
                """
                virtual_machines:
                  - {name: m, node_type: master, virthost: c}
                  - {name: n, node_type: nodes, static_ip: 192.168.170.2}
                virthost_addresses: {c: 192.0.2.3}
                """);
        assertThat(problems(List.of("two"), "extra.yml"))
                .containsExactlyInAnyOrder(
                        "work/extra.yml:2:44: there is no host 'c' in the group 'virthost'; its hosts: a, b",
                        "work/extra.yml:3:44: the address 192.168.170.2 of 'n' is that of the virthost 'b'",
                        "work/extra.yml:4:25: there is no host 'c' in the group 'virthost'");
        write("work/two", TWO.replace("192.0.2.2", "b.example.org"));
        assertThat(problems(List.of("two")))
                .singleElement()
                .asString()
                .contains("'b' has no IPv4 address", "virthost_addresses: {b: ADDRESS}");
        assertThat(
                        load(List.of("two"), "{\"virthost_addresses\": {\"b\": \"192.0.2.9\"}}")
                                .warnings())
                .isEmpty();
    }

    private static List<String> virthosts(LoadedLab lab) {
        return lab.lab().inventory().group(Inventory.MACHINES).stream()
                .map(m -> m + " " + lab.lab().virthost(m))
                .toList();
    }
}
