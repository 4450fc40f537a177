package io.kubelab.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PrivilegeTest {
    private static final String STATUS =
            "Name:\tjava\nUid:\t%s\nGid:\t0\t0\t0\t0\nCapPrm:\t00000000000000c0\nCapEff:\t%s\nCapBnd:\t000001fffeffffff\n";

    @Test
    void isReadFromWhatTheKernelSaysOfAProcess() {
        assertThat(Privilege.of(STATUS.formatted("0\t0\t0\t0", "000001fffeffffff")))
                .isEqualTo(Privilege.ROOT);
        assertThat(Privilege.of(STATUS.formatted("1000\t1000\t1000\t1000", "00000000000000c0")))
                .isEqualTo(Privilege.CHANGES_USER);
        assertThat(Privilege.of(STATUS.formatted("1000\t1000\t1000\t1000", "0000000000000000")))
                .isEqualTo(Privilege.SUDO);
        assertThat(Privilege.of(STATUS.formatted("1000\t1000\t1000\t1000", "0000000000000040")))
                .isEqualTo(Privilege.SUDO);
    }

    @Test
    void runsACommandWithItsVariablesAsRoot() {
        Command command =
                Command.of("apt-get", "update").withEnvironment(java.util.Map.of("A", "b c"));
        assertThat(Privilege.ROOT.run(command)).isEqualTo(command);
        assertThat(Privilege.SUDO.run(command).script())
                .isEqualTo("sudo -n sh -c 'export A='\\''b c'\\'' && apt-get update'");
    }
}
