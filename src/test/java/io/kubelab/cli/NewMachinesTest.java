package io.kubelab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.MachineSettings.DomainType;
import io.kubelab.step.Emulated;
import io.kubelab.steps.facts.HardwareVirtualization;
import io.kubelab.steps.facts.OsRelease;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NewMachinesTest {
    private static final String DEBIAN = "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13\"\n";
    private static final String CENTOS =
            "ID=centos\nID_LIKE=\"rhel fedora\"\nPRETTY_NAME=\"CentOS Stream 10\"\n";

    /** The device alone is no sign: it can be there where no guest can run. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vmx\\n/dev/kvm | none | KVM | can run them at native speed",
                "svm\\n/dev/kvm | kvm  | KVM | can run them at native speed",
                "svm\\n/dev/kvm | qemu | LXC | the processor of v is emulated itself",
                "/dev/kvm       | none | LXC | the processor of v offers no virtualisation (no vmx or svm)",
                "vmx            | none | LXC | there is no /dev/kvm on v",
                "''             | none | LXC | the processor of v offers no virtualisation (no vmx or svm)"
            })
    void whatWorksDecides(String said, String virthost, DomainType type, String why) {
        NewMachines machines = on(said.replace("\\n", "\n"), virthost, DEBIAN);
        assertThat(machines.type()).isEqualTo(type);
        assertThat(machines.why()).startsWith("domain_type: auto makes ").contains(why);
    }

    @Test
    void aDistributionWithoutTheDriverNeedsKvm() {
        assertThat(on("vmx\n/dev/kvm\n", "none", CENTOS).type()).isEqualTo(DomainType.KVM);
        assertThatThrownBy(() -> on("/dev/kvm\n", "none", CENTOS))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("the processor of v offers no virtualisation")
                .hasMessageContaining("CentOS Stream 10 ships no libvirt driver for containers")
                .hasMessageContaining("domain_type: qemu");
    }

    private static NewMachines on(String virtualization, String virthost, String release) {
        return NewMachines.of(
                "v",
                new HardwareVirtualization().parse(new CommandResult(0, virtualization, "")),
                new Emulated().parse(new CommandResult(0, virthost + "\n", "")),
                new OsRelease().parse(new CommandResult(0, release, "")));
    }
}
