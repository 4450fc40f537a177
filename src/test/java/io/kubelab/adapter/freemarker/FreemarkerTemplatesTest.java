package io.kubelab.adapter.freemarker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.settings.MachineSettings.DomainType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreemarkerTemplatesTest {
    record Nic(String mac, boolean primary) {}

    record Machine(String name, int memory, Optional<String> note, List<Nic> nics) {}

    private static final Machine MACHINE =
            new Machine(
                    "kube & master",
                    2048,
                    Optional.empty(),
                    List.of(
                            new Nic("52:54:00:00:00:01", true),
                            new Nic("52:54:00:00:00:02", false)));

    @TempDir Path directory;
    FreemarkerTemplates templates;

    @BeforeEach
    void open() {
        templates = new FreemarkerTemplates(directory);
    }

    @Test
    void showsRecordsListsNumbersAndBooleansForMachines() throws IOException {
        write(
                "node.conf",
                """
                name=[=name] memory=[=memory] home=${HOME} <raw>
                [#list nics as nic]
                nic [=nic.mac] [=nic.primary]
                [/#list]
                """);
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(templates.render("node.conf", MACHINE))
                    .isEqualTo(
                            """
                            name=kube & master memory=2048 home=${HOME} <raw>
                            nic 52:54:00:00:00:01 true
                            nic 52:54:00:00:00:02 false
                            """);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void showsValuesAsTheirTextAndWhatIsEmptyAsMissing() throws IOException {
        record Model(
                Cidr subnet,
                Address gateway,
                DomainType type,
                Optional<String> some,
                Optional<String> none) {}
        write("net", "[=subnet] [=gateway] [=type] [=some] [=none!'-'] [#if none??]!![/#if]");
        var model =
                new Model(
                        new Cidr("10.0.0.0/24"),
                        new Address("10.0.0.1"),
                        DomainType.LXC,
                        Optional.of("x"),
                        Optional.empty());
        assertThat(templates.render("net", model)).isEqualTo("10.0.0.0/24 10.0.0.1 lxc x - ");
    }

    @Test
    void escapesXml() throws IOException {
        write("domain.xml", "<name>[=name]</name>");
        assertThat(templates.render("domain.xml", MACHINE))
                .isEqualTo("<name>kube &amp; master</name>");
    }

    @Test
    void refusesAMissingValueWithItsPlace() throws IOException {
        write("node.conf", "ok\nx=[=nmae]\n");
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> templates.render("node.conf", MACHINE))
                .withMessageContaining("node.conf.ftl:2:5: ")
                .withMessageContaining("nmae");
    }

    @Test
    void refusesBrokenSyntaxWithItsPlace() throws IOException {
        write("node.conf", "[#if nics]\n");
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> templates.render("node.conf", MACHINE))
                .withMessageMatching("(?s).*node\\.conf\\.ftl:\\d+:\\d+: .+");
    }

    @Test
    void namesATemplateThatIsNotThere() {
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> templates.render("no/such", MACHINE))
                .withMessageContaining("no/such.ftl: there is no such template");
    }

    @Test
    void givesATemplateNoWayToRunPrograms() throws IOException {
        write("node.conf", "[=\"freemarker.template.utility.Execute\"?new()(\"id -u\")]");
        assertThatExceptionOfType(InvalidInput.class)
                .isThrownBy(() -> templates.render("node.conf", MACHINE))
                .withMessageContaining("not allowed");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name + ".ftl"), text);
    }
}
