package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.settings.Origin;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabLoaderTest extends LabFromFiles {
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
    void aVirthostIsNeeded() {
        write("work/i", "v ansible_connection=local\n");
        assertThat(problems(List.of("i")))
                .containsExactly(
                        "work/i: the group 'virthost' has no host; name the machine that runs"
                                + " libvirt in it");
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

    private static Origin origin(LoadedLab lab, String key) {
        return lab.origins().stream().filter(o -> o.key().equals(key)).findFirst().orElseThrow();
    }
}
