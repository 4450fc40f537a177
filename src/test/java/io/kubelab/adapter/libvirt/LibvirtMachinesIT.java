package io.kubelab.adapter.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.failure.MachineFailed;
import io.kubelab.failure.Unreachable;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.NetworkSpec.Reservation;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.machines.VirtualMachines.Network;
import io.kubelab.render.Templates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Against libvirt's own test driver, in this process. */
@Timeout(30)
final class LibvirtMachinesIT {
    private static final LabTag LAB = new LabTag("it", UUID.randomUUID());
    private static final LabTag OTHER = new LabTag("other", UUID.randomUUID());

    private final String unique = Long.toHexString(System.nanoTime());
    private final String machine = "m-" + unique;
    private final String network = "n-" + unique;
    private final LibvirtMachines libvirt =
            new LibvirtMachines(
                    "virthost", Driver.LXC, () -> List.of("test:///default"), new TestDriver());

    /**
     * The test driver has no containers: this is what it knows as a machine. Networks are the real
     * ones.
     */
    private static final class TestDriver implements Templates {
        private final Templates real = new FreemarkerTemplates(Path.of("templates"));

        @Override
        public String render(String name, Record model) {
            return real.render(name, model)
                    .replace("<domain type='lxc'>", "<domain type='test'>")
                    .replace("<type>exe</type>", "<type>hvm</type>")
                    .replaceAll("<init>.*</init>", "")
                    .replaceAll("(?s)<features>.*</features>", "")
                    .replaceAll("(?s)<(hostdev|console).*</devices>", "</devices>");
        }
    }

    @AfterEach
    void close() {
        libvirt.stop(machine);
        libvirt.undefine(machine);
        libvirt.removeNetwork(network);
        libvirt.close();
    }

    @Test
    void aMachineIsDefinedStartedStoppedAndForgotten() {
        MachineSpec spec = spec(machine, LAB, 512);
        libvirt.define(spec);
        assertThat(find(machine))
                .contains(new Machine(machine, false, Optional.of(LAB), Optional.of(spec), true));

        libvirt.start(machine);
        libvirt.start(machine);
        assertThat(find(machine).orElseThrow().running()).isTrue();

        libvirt.stop(machine);
        libvirt.stop(machine);
        assertThat(find(machine).orElseThrow().running()).isFalse();

        libvirt.undefine(machine);
        libvirt.undefine(machine);
        assertThat(find(machine)).isEmpty();
    }

    @Test
    void aMachineThatRunsIsWhatItWasStartedAs() {
        libvirt.define(spec(machine, LAB, 512));
        libvirt.start(machine);

        libvirt.define(spec(machine, LAB, 1024));
        assertThat(find(machine).orElseThrow().asked()).contains(spec(machine, LAB, 512));
        assertThat(find(machine).orElseThrow().stored()).isFalse();

        libvirt.stop(machine);
        assertThat(find(machine).orElseThrow().asked()).contains(spec(machine, LAB, 1024));
        assertThat(find(machine).orElseThrow().stored()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<memory unit='KiB'>524288< | <memory unit='KiB'>1048576<",
                "<vcpu placement='static'>1< | <vcpu placement='static'>2<",
                "<source dir='/root'/> | <source dir='/mine'/>"
            })
    void whatIsEditedByHandIsSeen(String ours, String theirs)
            throws LibvirtException, LibvirtConnection.Refused {
        MachineSpec spec = spec(machine, LAB, 512);
        libvirt.define(spec);
        libvirt.start(machine);
        var own = LibvirtConnection.open("test:///default");
        Domain domain = own.domainLookupByName(machine);
        String xml = domain.getXMLDesc(2);
        assertThat(xml).contains(ours);
        own.defineDomain(xml.replace(ours, theirs));
        domain.free();
        own.close();

        assertThat(find(machine))
                .contains(new Machine(machine, true, Optional.of(LAB), Optional.of(spec), false));
        libvirt.stop(machine);
        assertThat(find(machine).orElseThrow().asked()).isEmpty();
        libvirt.define(spec);
        assertThat(find(machine))
                .contains(new Machine(machine, false, Optional.of(LAB), Optional.of(spec), true));
    }

    @Test
    void anotherLabsMachineIsLeftAlone() {
        libvirt.define(spec(machine, OTHER, 512));
        assertThatThrownBy(() -> libvirt.define(spec(machine, LAB, 512)))
                .isInstanceOf(MachineFailed.class)
                .hasMessageContaining("belongs to the lab 'other'");
        assertThat(find(machine).orElseThrow().owner()).contains(OTHER);
    }

    @Test
    void aMachineOfSomebodyElseHasNoOwner() {
        assertThat(find("test"))
                .contains(new Machine("test", true, Optional.empty(), Optional.empty(), true));
    }

    /** The test driver answers for an agent where a machine has interfaces and runs. */
    @Test
    void whatAnAgentSaysOfAnInterface() {
        assertThat(libvirt.saidByAgent("test", "aa:bb:cc:dd:ee:ff"))
                .contains(List.of("192.168.122.3"));
        assertThat(libvirt.saidByAgent("test", "aa:bb:cc:dd:ee:00")).contains(List.of());
    }

    @Test
    void whoIsOffOrNotThereHasNoAgent() {
        libvirt.define(spec(machine, LAB, 512));
        assertThat(libvirt.saidByAgent(machine, "aa:bb:cc:dd:ee:ff")).isEmpty();
        assertThat(libvirt.saidByAgent("nobody-" + unique, "aa:bb:cc:dd:ee:ff")).isEmpty();
    }

    @Test
    void anEditedTemplateIsAnotherWish() {
        libvirt.define(spec(machine, LAB, 512));
        Templates edited = (name, model) -> new TestDriver().render(name, model) + "<!-- -->";
        try (var again =
                new LibvirtMachines(
                        "virthost", Driver.LXC, () -> List.of("test:///default"), edited)) {
            // the test driver's state is this process's: both see the same domains
            assertThat(again.machines())
                    .contains(
                            new Machine(machine, false, Optional.of(LAB), Optional.empty(), true));
        }
    }

    @Test
    void aNetworkIsDefinedStartedAndRemoved() {
        NetworkSpec spec = network(reservation("a", 10));
        libvirt.define(spec);
        Network found = findNetwork().orElseThrow();
        assertThat(found)
                .isEqualTo(
                        new Network(
                                network,
                                true,
                                "kb" + unique.substring(0, 8),
                                Optional.of(LAB),
                                Optional.of(spec)));

        libvirt.removeNetwork(network);
        libvirt.removeNetwork(network);
        assertThat(findNetwork()).isEmpty();
    }

    @Test
    void aRunningNetworkTakesNewReservations() throws LibvirtException {
        libvirt.define(network(reservation("a", 10), reservation("b", 11)));
        libvirt.define(network(reservation("b", 11), reservation("c", 12)));
        assertThat(findNetwork().orElseThrow().active()).isTrue();

        // the test driver tells how the network runs, not how it is defined
        var own = LibvirtConnection.open("test:///default");
        var running = own.networkLookupByName(network);
        assertThat(Description.of(running.getXMLDesc(0)).reservations())
                .containsExactly(reservation("b", 11), reservation("c", 12));
        running.free();
        own.close();
    }

    @Test
    void aMachineThatStartsEndsAWait() throws InterruptedException {
        libvirt.define(spec(machine, LAB, 512));
        libvirt.awaitChange(Duration.ZERO);
        Thread starter = Thread.ofVirtual().start(() -> libvirt.start(machine));
        long start = System.nanoTime();
        libvirt.awaitChange(Duration.ofSeconds(20));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        starter.join();
    }

    @Test
    void whatLibvirtRefusesIsSaidInItsWords() {
        assertThatThrownBy(() -> libvirt.start(machine))
                .isInstanceOf(MachineFailed.class)
                .hasMessageContaining(machine)
                .hasMessageContaining("Domain not found");
        assertThatThrownBy(() -> libvirt.define(spec("a/b", LAB, 512)))
                .isInstanceOf(MachineFailed.class)
                .hasMessageContaining("a/b");
    }

    @Test
    void aDaemonThatIsNotThereIsUnreachable() {
        try (var nobody =
                new LibvirtMachines(
                        "virthost",
                        Driver.LXC,
                        () -> List.of("lxc+unix:///system?socket=/nonexistent/socket"),
                        new TestDriver())) {
            assertThatThrownBy(nobody::machines)
                    .isInstanceOf(Unreachable.class)
                    .hasMessageContaining("libvirt does not answer");
        }
    }

    private Optional<Machine> find(String name) {
        return libvirt.machines().stream().filter(m -> m.name().equals(name)).findFirst();
    }

    private Optional<Network> findNetwork() {
        return libvirt.networks().stream().filter(n -> n.name().equals(network)).findFirst();
    }

    private static MachineSpec spec(String name, LabTag lab, int memory) {
        return new MachineSpec(
                name,
                lab,
                memory,
                1,
                List.of(),
                new MachineSpec.Container("/root", "/init", List.of()));
    }

    private NetworkSpec network(Reservation... reservations) {
        return new NetworkSpec(
                network,
                LAB,
                "kb" + unique.substring(0, 8),
                Optional.of(new NetworkSpec.Nat("10.213.77.1", 24, List.of(reservations))));
    }

    private Reservation reservation(String name, int last) {
        return new Reservation(name, "52:54:00:00:00:" + last, "10.213.77." + last);
    }
}
