package io.kubelab.steps.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.remote.CommandResult;
import java.time.Instant;
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

    private static ServiceState.Found parse(String out) {
        return new ServiceState("containerd").parse(new CommandResult(0, out, ""));
    }
}
