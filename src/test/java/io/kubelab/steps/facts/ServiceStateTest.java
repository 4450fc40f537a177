package io.kubelab.steps.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.remote.CommandResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceStateTest {
    @Test
    void aRunningServiceHasAStart() {
        assertThat(
                        parse(
                                """
                                ExecMainStartTimestamp=Mon 2026-11-23 22:57:03.123456 UTC
                                LoadState=loaded
                                ActiveState=active
                                UnitFileState=enabled
                                NeedDaemonReload=no
                                """))
                .isEqualTo(
                        new ServiceState.Found(
                                true,
                                "active",
                                "enabled",
                                false,
                                Optional.of(Instant.parse("2026-11-23T22:57:03.123456Z"))));
    }

    @Test
    void anUnknownUnitIsNotLoaded() {
        assertThat(
                        parse(
                                """
                                ExecMainStartTimestamp=
                                LoadState=not-found
                                ActiveState=inactive
                                UnitFileState=
                                NeedDaemonReload=no
                                """))
                .isEqualTo(new ServiceState.Found(false, "inactive", "", false, Optional.empty()));
    }

    @Test
    void eachOfSeveralFindsItsOwnParagraphByAnyOfItsNames() {
        var answer =
                new CommandResult(
                        0,
                        """
                        LoadState=loaded
                        ActiveState=active
                        Names=ssh.service sshd.service

                        LoadState=loaded
                        ActiveState=inactive
                        Names=containerd.service

                        LoadState=not-found
                        ActiveState=inactive
                        Names=haproxy.service
                        """,
                        "");
        assertThat(active("sshd", answer)).isEqualTo("active");
        assertThat(active("containerd.service", answer)).isEqualTo("inactive");
        var none = new ServiceState("kubelet");
        assertThat(none.parse(none.part(List.of(answer))))
                .isEqualTo(new ServiceState.Found(false, "", "", false, Optional.empty()));
    }

    private static String active(String unit, CommandResult ofAll) {
        var state = new ServiceState(unit);
        return state.parse(state.part(List.of(ofAll))).active();
    }

    private static ServiceState.Found parse(String out) {
        return new ServiceState("containerd").parse(new CommandResult(0, out, ""));
    }
}
