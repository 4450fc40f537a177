package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.settings.MachineSettings.DomainType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What commands without arguments mean. */
class LabMemoryTest extends LabFromFiles {
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

    private void delete(String name) {
        try {
            Files.delete(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
