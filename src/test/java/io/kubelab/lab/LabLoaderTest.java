package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.AddressPlan;
import io.kubelab.settings.BundleSettings;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.settings.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabLoaderTest {
    private static final Path SHIPPED = Path.of("inventory");

    @TempDir Path directory;

    private final SnakeDocuments documents = new SnakeDocuments();

    @BeforeEach
    void home() throws IOException {
        Files.createDirectories(directory.resolve("home/inventory/group_vars"));
        for (String name :
                List.of(
                        "group_vars/all.yml",
                        "images.yml",
                        "virthost.inventory",
                        "multus-extravars.yml")) {
            Files.copy(SHIPPED.resolve(name), directory.resolve("home/inventory").resolve(name));
        }
        Files.createDirectories(directory.resolve("work"));
    }

    @Test
    void withoutArgumentsTheVirthostIsThisMachine() {
        LoadedLab loaded = load();
        assertThat(loaded.lab().tag().name()).isEqualTo("the_virthost");
        assertThat(loaded.lab().inventory().hosts())
                .extracting(Host::name)
                .containsExactly("the_virthost", "kube-master", "kube-node-1", "localhost");
        assertThat(loaded.lab().inventory().virthost().access()).isEqualTo(new Access.Local());
        assertThat(loaded.lab().inventory().host("kube-master"))
                .isEqualTo(
                        new Host(
                                "kube-master",
                                Set.of("master", "machines"),
                                new Access.Ssh(
                                        "192.168.170.10",
                                        22,
                                        "centos",
                                        directory + "/user/.ssh/the_virthost/id_vm_rsa",
                                        "",
                                        directory + "/state/labs/the_virthost/known_hosts")));
        assertThat(loaded.lab().settings().machines().domainType()).isEqualTo(DomainType.LXC);
        assertThat(loaded.lab().places().keys())
                .isEqualTo(directory.resolve("user/.ssh/the_virthost"));
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.notes()).isEmpty();
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void theArticlesFilesAreRead() {
        write(
                "work/virthost.inventory",
                """
                the_virthost ansible_host=192.168.1.119 ansible_ssh_user=root

                [virthost]
                the_virthost
                """);
        LoadedLab loaded = load(List.of("virthost.inventory"), "multus-extravars.yml");
        assertThat(loaded.lab().inventory().virthost().access())
                .isEqualTo(new Access.Ssh("192.168.1.119", 0, "root", "", "", ""));
        assertThat(loaded.lab().inventory().host("kube-node-1").access())
                .extracting(a -> ((Access.Ssh) a).via())
                .isEqualTo("the_virthost");
        assertThat(loaded.lab().settings().bundle().optionalPackages())
                .containsExactly("tcpdump", "bind-utils");
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void laterWins() {
        write("home/inventory/group_vars/virthost.yml", "registry_port: 5001\n");
        write(
                "work/i",
                """
                v ansible_connection=local
                [virthost]
                v
                [all:vars]
                registry_port=5002
                system_default_cpus=3
                system_default_ram_mb = 1024
                """);
        write("work/a.yml", "system_default_cpus: 5\nextra: {a: 1, b: 2}\n");
        LoadedLab loaded =
                load(
                        List.of("i"),
                        "@a.yml",
                        "system_default_cpus=6 extra.b=3",
                        "{\"kubectl_bash_completion\": false, \"optional_packages\": [\"jq\"]}");
        assertThat(loaded.lab().settings().bundle().registryPort()).isEqualTo(5001);
        assertThat(loaded.lab().settings().machines().systemDefaultRamMb()).isEqualTo(1024);
        assertThat(loaded.lab().settings().machines().systemDefaultCpus()).isEqualTo(6);
        assertThat(loaded.lab().settings().bundle().optionalPackages()).containsExactly("jq");
        assertThat(loaded.lab().settings().extra()).containsEntry("a", "1").containsEntry("b", "3");
        assertThat(origin(loaded, "system_default_cpus"))
                .isEqualTo(new Origin("system_default_cpus", "6", "-e system_default_cpus=6"));
        assertThat(origin(loaded, "system_default_ram_mb").place())
                .isEqualTo(directory + "/work/i:7:25");
        assertThat(origin(loaded, "domain_type").place())
                .startsWith("auto, ")
                .contains("group_vars/all.yml:");
        assertThat(origin(loaded, "extra.a").place()).isEqualTo(directory + "/work/a.yml:2:12");
    }

    @Test
    void everyProblemOfEveryFileIsFoundAtOnce() {
        write(
                "work/i",
                """
                v ansible_connection=local ansible_prot=22 images_directory=/x

                [virthost]
                v
                [virthost:vars]
                bridge_netwroking=false
                """);
        write("work/broken.yml", "a: 1\n b: 2\n");
        write(
                "work/extra.yml",
                """
                multus_ipam_subnet: 192.168.170.5/24
                multus_ipam_gateway: 192.168.170
                bridge_networking: true
                kubectl_bash_completion: yes
                container_runtime: docker
                proxy_env: {}
                virtual_machines:
                  - name: kube-master
                    node_typ: master
                    add_param: --boot uefi
                """);
        assertThat(
                        problems(
                                List.of("i"),
                                "broken.yml",
                                "extra.yml",
                                "nowhere.yml",
                                "db_password=x"))
                .containsExactlyInAnyOrder(
                        "-e nowhere.yml: there is no such file in the working directory, in the"
                                + " folder 'inventory' or beside the inventory; a value is written"
                                + " key=value",
                        "-e db_password: 'db_password' looks like a secret, which everyone could"
                                + " read in the list of processes; put it into a file of mode 0600"
                                + " and give that with -e @FILE",
                        "work/broken.yml:2:3: this is not YAML: mapping values are not allowed"
                                + " here; indent like the lines around it, and put a value that"
                                + " contains ': ' in quotes",
                        "work/i:1:28: unknown variable 'ansible_prot', did you mean"
                                + " 'ansible_port'?",
                        "work/i:1:44: 'images_directory' is the same for the whole lab; write it"
                                + " under [all:vars] or give it with -e, not for 'v' alone",
                        "work/i:6:1: unknown setting 'bridge_netwroking', did you mean"
                                + " 'bridge_networking'?",
                        "work/extra.yml:1:21: 'multus_ipam_subnet': '192.168.170.5/24' has host"
                                + " bits set, did you mean '192.168.170.0/24'?",
                        "work/extra.yml:2:22: 'multus_ipam_gateway': '192.168.170' is not an IPv4"
                                + " address such as 192.168.1.1",
                        "work/extra.yml:4:26: 'kubectl_bash_completion' must be true or false, not"
                                + " 'yes'; write true",
                        "work/extra.yml:5:20: 'container_runtime: docker' is refused: Kubernetes"
                                + " left Docker in 1.24; leave it out or write containerd",
                        "work/extra.yml:6:1: kube-ansible's 'proxy_env' is refused: nodes"
                                + " pull from the virthost's registry or registry_mirror, through"
                                + " no proxy",
                        "work/extra.yml:9:5: unknown key 'node_typ', did you mean 'node_type'?",
                        "work/extra.yml:8:5: missing key 'node_type'",
                        "work/extra.yml:10:5: kube-ansible's 'virtual_machines.add_param' is"
                                + " refused: raw text for virt-install; kubelab speaks to libvirt"
                                + " itself",
                        "work/extra.yml:10:5: unknown key 'add_param'; known are 'name',"
                                + " 'node_type', 'static_ip', 'system_cpus', 'system_ram_mb', 'virthost'");
    }

    @Test
    void aDayOrATimeIsAskedFor() {
        write("work/extra.yml", "packages_since: yesterday\n");
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:1:17: 'packages_since': 'yesterday' is not a day or a time"
                                + " such as 2026-11-24 or 2026-11-24T10:30:00Z");
    }

    @Test
    void softwareAndMachinesAreChecked() {
        write(
                "work/extra.yml",
                """
                kube_version: 1.30.0
                registry_port: 70000
                registry_mirror: mirror.example.org
                lab_network_cidr: 10.0.0.1
                default_ansible_user: root
                images_directory: "/var/lib/a,b"
                optional_packages: [jq, "rm -rf"]
                architecture: riscv64
                virtual_machines:
                  - {name: Kube_Master, node_type: nodes}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:1:15: this kubelab builds Kubernetes 1.37.2 and no other,"
                                + " not '1.30.0'",
                        "work/extra.yml:2:16: 'registry_port' must be from 1 to 65535, not 70000",
                        "work/extra.yml:8:15: 'riscv64' is not an architecture that kubelab"
                                + " builds for; there are amd64 and arm64",
                        "work/extra.yml:3:18: 'mirror.example.org' is not auto and not"
                                + " http(s)://host:port",
                        "work/extra.yml:7:25: 'rm -rf' is not the name of a package",
                        "work/extra.yml:5:23: 'root' can't be the login user: a lower-case name of"
                                + " letters, digits, '_' and '-', not root",
                        "work/extra.yml:6:19: '/var/lib/a,b' is not an absolute path of letters,"
                                + " digits, '.', '_' and '-'",
                        "work/extra.yml:10:12: 'Kube_Master' can't be a machine's name: at most 63"
                                + " lower-case letters, digits and '-', with no '-' at the ends",
                        "work/extra.yml:10:3: no machine has 'node_type: master'; a cluster needs a"
                                + " control plane",
                        "work/extra.yml:4:19: 'lab_network_cidr': '10.0.0.1' is not a network such"
                                + " as 192.168.1.0/24");
    }

    @Test
    void packagesComeFromSomewhereAndAreSignedBySomebody() {
        write(
                "work/extra.yml",
                """
                binary_install: false
                kube_baseurl: pkgs.k8s.io
                kube_packages_key: 234654DA9A296436
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:2:15: 'pkgs.k8s.io' is not auto and not the URL of a package"
                                + " repository, as http://mirror.example.org/kubernetes/v1.37 is",
                        "work/extra.yml:3:20: '234654DA9A296436' is not the fingerprint of an OpenPGP"
                                + " key (40 hex digits) and not the path of a file with one from the"
                                + " root (/home/me/key.asc) or from home (~/key.asc)");

        write(
                "work/extra.yml",
                """
                binary_install: false
                kube_baseurl: "http://mirror.example.org:8080/core:/stable:/v1.37"
                kube_packages_key: ~/key.asc
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .singleElement()
                .asString()
                .startsWith("work/extra.yml:3:20: there is no file ")
                .endsWith("user/key.asc on this workstation");
        write("user/key.asc", "");
        assertThat(load(List.of(), "extra.yml").lab().settings().kubernetes().kubePackagesKey())
                .isEqualTo(directory + "/user/key.asc");
    }

    @Test
    void releasesAreOfOneVersionOfKubernetes() {
        write("user/pins.yml", "programs: {kubernetes: {version: v1.36.1}}\n");
        write(
                "work/extra.yml",
                """
                bundle_source: released
                release_pins: ~/pins.yml
                release_mirrors: {dl.k8s.io: ftp://mirror.example.org}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        placeOfDefault("kube_version")
                                + ": with bundle_source: released"
                                + " Kubernetes is 1.36.1 (user/pins.yml), not '1.37.2'; write"
                                + " kube_version: 1.36.1",
                        "work/extra.yml:3:30: 'dl.k8s.io: ftp://mirror.example.org' does not say"
                                + " which URL stands for a host, as dl.k8s.io:"
                                + " https://mirror.example.org/k8s does");

        write(
                "work/extra.yml",
                """
                bundle_source: released
                release_pins: ~/pins.yml
                release_mirrors: {dl.k8s.io: "http://mirror.example.org:8080/k8s/"}
                kube_version: 1.36.1
                """);
        BundleSettings bundle = load(List.of(), "extra.yml").lab().settings().bundle();
        assertThat(bundle.releasePins()).isEqualTo(directory + "/user/pins.yml");

        write("work/extra.yml", "{bundle_source: released, release_pins: pins.yml}");
        assertThat(problems(List.of(), "extra.yml"))
                .singleElement()
                .asString()
                .startsWith("work/extra.yml:1:41: 'pins.yml' is not auto and not the path");
    }

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
                                + " multus_ipam_subnet 192.168.170.0/24"
                                + " (home/inventory/group_vars/all.yml:"
                                + line("multus_ipam_subnet")
                                + ":21)",
                        "home/inventory/group_vars/all.yml:"
                                + line("multus_ipam_rangeEnd")
                                + ":23: the range of macvlan pods ends at 192.168.170.216 before"
                                + " it starts at 192.168.170.220 (work/extra.yml:1:25)",
                        "work/extra.yml:5:45: the address 192.168.170.1 of 'm' is that of the"
                                + " gateway",
                        "work/extra.yml:6:44: the address 192.168.171.9 of 'a' is not one for a"
                                + " machine of the lab's network 192.168.170.0/24"
                                + " (home/inventory/group_vars/all.yml:"
                                + line("multus_ipam_subnet")
                                + ":21)",
                        "work/extra.yml:8:44: the address 192.168.170.12 of 'c' is that of 'b'",
                        "work/extra.yml:3:19: 'pod_network_cidr' 192.168.0.0/16 overlaps the lab's"
                                + " network 192.168.170.0/24 (home/inventory/group_vars/all.yml:"
                                + line("multus_ipam_subnet")
                                + ":21)");
    }

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
    void containersHaveNoSpareDisks() {
        assertThat(load(List.of(), "spare_disk_attach=true domain_type=lxc").warnings())
                .singleElement()
                .asString()
                .contains("spare_disk_attach has no effect: the lab's machines are containers");
        assertThat(
                        load(
                                        List.of(),
                                        "spare_disk_attach=true domain_type=qemu image=build:debian-13")
                                .warnings())
                .isEmpty();
        // what they will be is not known yet
        assertThat(load(List.of(), "spare_disk_attach=true domain_type=auto").warnings()).isEmpty();
    }

    @Test
    void containersHaveNoHugePages() {
        assertThat(load(List.of(), "hugepages_enabled=true domain_type=lxc").warnings())
                .singleElement()
                .asString()
                .contains("hugepages_enabled has no effect: the lab's machines are containers");
        assertThat(
                        load(
                                        List.of(),
                                        "hugepages_enabled=true domain_type=qemu image=build:debian-13")
                                .warnings())
                .isEmpty();
    }

    @Test
    void spareDisksAreFilesOfSomeSize() {
        write(
                "work/extra.yml",
                """
                spare_disk_size_megs: 0
                spare_disk_location: images
                spare_disk_dev: vda
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:1:23: 'spare_disk_size_megs' must be above 0, not 0",
                        "work/extra.yml:2:22: 'images' is not an absolute path of letters, digits,"
                                + " '.', '_' and '-'",
                        "work/extra.yml:3:17: 'vda' is not a name for a second disk: vdb to vdz");
    }

    @Test
    void anImageThatNeedsUefiIsNotStartedByBios() {
        write(
                "home/inventory/images.yml",
                """
                mine:
                  packages: apt
                  firmware: uefi
                  amd64: {url: "https://example.org/x", digest: "sha256:%s"}
                """
                        .formatted("0a".repeat(32)));
        assertThat(problems(List.of(), "domain_type=kvm image=mine machine_firmware=bios"))
                .singleElement()
                .asString()
                .contains("'mine' starts by UEFI and not by BIOS; write auto");
        assertThat(load(List.of(), "domain_type=kvm image=mine").warnings()).isEmpty();
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
                                + " 10.244.0.15 there as it is in the lab's network"
                                + " (home/inventory/group_vars/all.yml:"
                                + line("multus_ipam_subnet")
                                + ":21)",
                        "work/extra.yml:2:22: 10.244.0.0/28 has no place for 'b', which would be"
                                + " 10.244.0.16 there as it is in the lab's network"
                                + " (home/inventory/group_vars/all.yml:"
                                + line("multus_ipam_subnet")
                                + ":21)",
                        "home/inventory/group_vars/all.yml:"
                                + line("pod_network_cidr")
                                + ":19: 'pod_network_cidr' 10.244.0.0/16 overlaps"
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
                                + " network (home/inventory/group_vars/all.yml:"
                                + line("second_network_cidr")
                                + ":22) is inside of the range of macvlan pods");
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
    void virtualMachinesAreMadeForOneArchitecture() {
        write("work/extra.yml", "domain_type: qemu\narchitecture: arm64\nimage: build:debian-13\n");
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:2:15: virtual machines (domain_type qemu) are made for amd64"
                                + " only; write 'domain_type: lxc' for container nodes");
        write("work/extra.yml", "domain_type: lxc\narchitecture: arm64\n");
        assertThat(load(List.of(), "extra.yml").lab().settings().bundle().architecture())
                .isEqualTo("arm64");
    }

    @Test
    void machinesHaveNamesOfTheirOwn() {
        write(
                "work/extra.yml",
                """
                set_root_disk_gb: 0
                virtual_machines:
                  - {name: kube-master, node_type: master}
                  - {name: kube-master, node_type: master}
                  - {name: nodes, node_type: nodes}
                  - {name: kube-api, node_type: lb}
                  - {name: y, node_type: virthost, system_ram_mb: 0}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:1:19: 'set_root_disk_gb' must be above 0, not 0",
                        "work/extra.yml:4:12: there is a machine 'kube-master' already, at"
                                + " work/extra.yml:3:12",
                        "work/extra.yml:4:36: a lab has one 'master', the first control plane;"
                                + " write 'master_slave' for the others",
                        "work/extra.yml:5:12: 'nodes' is the name of a group",
                        "work/extra.yml:6:12: 'kube-api' is what machines call the API servers",
                        "work/extra.yml:7:26: 'virthost' can't be a machine's group; write"
                                + " 'master', 'master_slave', 'lb', 'nodes' or a name of your own",
                        "work/extra.yml:7:51: 'system_ram_mb' must be above 0, not 0");
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
    void aHostOfTheInventoryCannotBeAMachineToo() {
        write("work/i", "v ansible_connection=local\nkube-master\n[virthost]\nv\n");
        assertThat(problems(List.of("i")))
                .singleElement()
                .asString()
                .contains("the inventory has a host 'kube-master' too (work/i:2:1)");
    }

    @Test
    void obsoleteSettingsAreToldAndDoNothing() {
        LoadedLab loaded = load(List.of(), "skip_preflight_checks=true", "ipv6_enabled=False");
        assertThat(loaded.warnings())
                .extracting(Problem::toString)
                .containsExactly(
                        "-e skip_preflight_checks=true: kube-ansible's 'skip_preflight_checks' has"
                                + " no effect: kubeadm's checks are on; only those that a container"
                                + " node can't meet are left out, by name",
                        "-e ipv6_enabled=False: kube-ansible's 'ipv6_enabled' has no effect: the"
                                + " IPv6 lab comes with a later version");
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

    private static AddressPlan plan(LoadedLab lab) {
        return AddressPlan.of(lab.lab().tag(), lab.lab().settings());
    }

    /** The first one is the control plane. */
    private static String machines(String... names) {
        var list = new ArrayList<String>();
        for (String name : names) {
            list.add(
                    "{\"name\": \"%s\", \"node_type\": \"%s\"}"
                            .formatted(name, list.isEmpty() ? "master" : "nodes"));
        }
        return "{\"virtual_machines\": " + list + "}";
    }

    @Test
    void whatALabsMachinesAreStays() {
        LoadedLab fresh = load();
        assertThat(fresh.domainTypeOpen()).isTrue();
        LoadedLab first = load(List.of(), "domain_type=qemu");
        assertThat(first.domainTypeOpen()).isFalse();
        new LabMemory(documents, directory.resolve("state")).remember(first);

        LoadedLab same = load(List.of());
        assertThat(same.domainTypeOpen()).isFalse();
        assertThat(same.lab().settings().machines().domainType()).isEqualTo(DomainType.QEMU);
        LoadedLab other = load(List.of(), "domain_type=lxc");
        assertThat(other.lab().settings().machines().domainType()).isEqualTo(DomainType.QEMU);
        assertThat(other.warnings())
                .singleElement()
                .asString()
                .contains(
                        "domain_type has no effect: the lab's machines are of type qemu; 'kubelab down'");
    }

    @Test
    void aLabIsRemembered() {
        write("work/mine.yml", "registry_port: 5001\n");
        LoadedLab first = load(List.of(), "mine.yml", "system_default_cpus=2");
        new LabMemory(documents, directory.resolve("state")).remember(first);
        write(
                "home/inventory/vms.local.generated",
                "# kubelab lab the_virthost\nkube-master x=y\n");

        LoadedLab second = load();
        assertThat(second.lab().tag()).isEqualTo(first.lab().tag());
        assertThat(second.lab().settings().bundle()).isEqualTo(first.lab().settings().bundle());
        assertThat(plan(second)).isEqualTo(plan(first));
        assertThat(second.inputs()).isEqualTo(first.inputs());
        assertThat(second.notes())
                .containsExactly(
                        "lab 'the_virthost': -i %s/home/inventory/virthost.inventory -e"
                                        .formatted(directory)
                                + " @%s/work/mine.yml -e system_default_cpus=2"
                                        .formatted(directory));

        write("work/mine.yml", "registry_port: 5002\n");
        LoadedLab third = load(List.of(), "system_default_cpus=3");
        assertThat(third.lab().settings().bundle().registryPort()).isEqualTo(5002);
        assertThat(third.lab().settings().machines().systemDefaultCpus()).isEqualTo(3);
        assertThat(third.notes())
                .contains(
                        directory
                                + "/work/mine.yml has changed since the lab was set up; it was read"
                                + " anew");

        LoadedLab byName = load(List.of("inventory/vms.local.generated"));
        assertThat(byName.lab().settings().bundle().registryPort()).isEqualTo(5002);

        delete("work/mine.yml");
        assertThat(problems(List.of()))
                .containsExactly(
                        "work/mine.yml: the lab 'the_virthost' was made from this file, and it is"
                                + " gone; put it back, or say with -i and -e what the lab is made"
                                + " from now");
    }

    @Test
    void aLabIsRememberedThoughItsGeneratedInventoryIsGone() {
        var memory = new LabMemory(documents, directory.resolve("state"));
        LoadedLab first = load(List.of(), "registry_port=5001");
        memory.remember(first);
        assertThat(load().lab().tag()).isEqualTo(first.lab().tag());
        assertThat(load().lab().settings().bundle().registryPort()).isEqualTo(5001);
        memory.remember(
                load(List.of(), "registry_port=5002 lab=second lab_network_cidr=192.168.171.0/24"));
        assertThat(problems(List.of()))
                .containsExactly(
                        "home/inventory/vms.local.generated: is gone, and it said which of the"
                                + " labs second, the_virthost is meant; name that one's inventory"
                                + " with -i");
    }

    @Test
    void anOwnInventoryIsAnotherLab() {
        new LabMemory(documents, directory.resolve("state"))
                .remember(load(List.of(), "registry_port=5001"));
        write("home/inventory/vms.local.generated", "# kubelab lab the_virthost\n");
        write("work/i", "other ansible_connection=local\n[virthost]\nother\n");
        LoadedLab other = load(List.of("i"));
        assertThat(other.lab().tag().name()).isEqualTo("other");
        assertThat(other.lab().settings().bundle().registryPort()).isEqualTo(5000);
    }

    @Test
    void aSecondLabOfTheSameNameIsToldOf() {
        new LabMemory(documents, directory.resolve("state")).remember(load());
        write("work/i", "the_virthost ansible_host=10.9.8.7\n[virthost]\nthe_virthost\n");
        assertThat(load(List.of("i")).notes())
                .containsExactly(
                        "lab 'the_virthost' was made from [%s/home/inventory/virthost.inventory]"
                                        .formatted(directory)
                                + " so far; if this is another lab, give it a name of its own with"
                                + " -e lab=NAME");
    }

    @Test
    void aDirectoryStandsForItsInventories() {
        write("work/many/one", "[virthost]\nv ansible_connection=local\n");
        write("work/many/two.yml", "spare: {hosts: {s: {ansible_host: 10.1.1.1}}}\n");
        write("work/many/notes.md", "[no inventory\n");
        write("work/many/group_vars/all.yml", "registry_port: 5009\n");
        LoadedLab loaded = load(List.of("many"));
        assertThat(loaded.lab().inventory().group("spare"))
                .extracting(Host::name)
                .containsExactly("s");
        assertThat(loaded.lab().settings().bundle().registryPort()).isEqualTo(5009);
        assertThat(loaded.inputs().inventories()).hasSize(2);
    }

    @Test
    void groupsAgreeOnWhatIsTheSameForTheLab() {
        write(
                "work/i",
                """
                [virthost]
                v ansible_connection=local
                [virthost:vars]
                registry_port=5001
                [master:vars]
                registry_port=5002
                [master]
                """);
        assertThat(problems(List.of("i")))
                .containsExactly(
                        "work/i:4:1: 'registry_port' is the same for the whole lab, but the groups"
                                + " 'master' (work/i:6:1) and 'virthost' differ");
    }

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

    @Test
    void aVirthostIsNeeded() {
        write("work/i", "v ansible_connection=local\n");
        assertThat(problems(List.of("i")))
                .containsExactly(
                        "work/i: the group 'virthost' has no host; name the machine that runs"
                                + " libvirt in it");
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

    private static List<String> virthosts(LoadedLab lab) {
        return lab.lab().inventory().group(Inventory.MACHINES).stream()
                .map(m -> m + " " + lab.lab().virthost(m))
                .toList();
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

    @Test
    void whatIsForgottenIsSaid() {
        write("home/inventory/vms.local.generated", "# kubelab lab gone\n");
        assertThat(load().notes())
                .singleElement()
                .asString()
                .contains("names the lab 'gone', of which nothing is remembered here");
    }

    @Test
    void aLimitChoosesHosts() {
        assertThat(limited("nodes")).extracting(Host::name).containsExactly("kube-node-1");
        assertThat(limited("all:!nodes"))
                .extracting(Host::name)
                .containsExactly("the_virthost", "kube-master");
        assertThat(
                        catchThrowableOfType(InvalidInput.class, () -> limited("kube-nod-1"))
                                .getMessage())
                .startsWith(
                        "--limit: there is no host or group 'kube-nod-1', did you mean"
                                + " 'kube-node-1'?");
    }

    @Test
    void variablesOfNobodyAreToldOf() {
        write("home/inventory/group_vars/virthosts.yml", "registry_port: 1\n");
        write("home/inventory/host_vars/kube-nod-1.yml", "extra: {a: b}\n");
        write("home/inventory/host_vars/kube-node-1.yml", "extra: {a: b}\nansible_port: 5\n");
        LoadedLab loaded = load();
        assertThat(loaded.warnings())
                .extracting(p -> p.toString().replace(directory + "/", ""))
                .containsExactly(
                        "home/inventory/group_vars/virthosts.yml:1:1: no host is in a group"
                                + " 'virthosts', so its variables have no effect, did you mean"
                                + " 'virthost'?",
                        "home/inventory/host_vars/kube-nod-1.yml:1:1: there is no host"
                                + " 'kube-nod-1', so its variables have no effect, did you mean"
                                + " 'kube-node-1'?",
                        "home/inventory/host_vars/kube-node-1.yml:2:1: 'ansible_port' has no effect:"
                                + " kubelab knows how its machine 'kube-node-1' is reached");
        Host node = loaded.lab().inventory().host("kube-node-1");
        assertThat(loaded.lab().settings(node).extra()).containsEntry("a", "b");
        assertThat(loaded.lab().settings().extra()).isEmpty();
    }

    private List<Host> limited(String pattern) {
        return new LabLoader(documents)
                .load(request(List.of(), List.of(), Optional.of(pattern)))
                .hosts();
    }

    private LoadedLab load() {
        return load(List.of());
    }

    private LoadedLab load(List<String> inventories, String... extraVars) {
        return new LabLoader(documents)
                .load(request(inventories, List.of(extraVars), Optional.empty()));
    }

    private List<String> problems(List<String> inventories, String... extraVars) {
        InvalidInput invalid =
                catchThrowableOfType(InvalidInput.class, () -> load(inventories, extraVars));
        return invalid.problems().stream()
                .map(p -> p.toString().replace(directory + "/", ""))
                .toList();
    }

    /** Where all.yml has a setting's value: file:line:col. */
    private String placeOfDefault(String setting) {
        try {
            List<String> lines =
                    Files.readAllLines(directory.resolve("home/inventory/group_vars/all.yml"));
            int line =
                    IntStream.range(0, lines.size())
                            .filter(i -> lines.get(i).startsWith(setting + ": "))
                            .findFirst()
                            .orElseThrow();
            return "home/inventory/group_vars/all.yml:%d:%d"
                    .formatted(line + 1, setting.length() + 3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LabRequest request(
            List<String> inventories, List<String> extraVars, Optional<String> limit) {
        return new LabRequest(
                directory.resolve("home"),
                directory.resolve("work"),
                directory.resolve("user"),
                "amd64",
                directory.resolve("state"),
                directory.resolve("cache"),
                inventories,
                extraVars,
                limit);
    }

    private static Origin origin(LoadedLab lab, String key) {
        return lab.origins().stream().filter(o -> o.key().equals(key)).findFirst().orElseThrow();
    }

    private int line(String key) {
        try {
            List<String> lines =
                    Files.readAllLines(directory.resolve("home/inventory/group_vars/all.yml"));
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith(key + ":")) {
                    return i + 1;
                }
            }
            throw new IllegalStateException(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(String name) {
        try {
            Files.delete(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
