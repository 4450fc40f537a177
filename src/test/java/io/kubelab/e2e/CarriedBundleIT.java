package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything that a cluster is made of goes to a place where nothing can be built, as one file. */
@Tag("cluster")
final class CarriedBundleIT {
    private static final Duration MINUTES = Duration.ofMinutes(5);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final int INVALID_INPUT = 3;
    private static final int COMMAND_FAILED = 5;

    /** An empty cache, and a Go that is too old to build with. */
    private static final String THERE = "XDG_CACHE_HOME=$HOME/there PATH=$PWD/old:$PATH ./kubelab ";

    @Test
    void isUsedOnlyIfItArrivesAsItWas() {
        try (Workstation user = Workstation.withThisBuild()) {
            user.hasOwnCache();
            user.write(user.checkout().resolve("old/go"), "#!/bin/sh\necho go1.20\necho local\n");
            shell(user, COLD, "chmod +x old/go && ./kubelab bundle export ~/bundle.tar").succeeds();
            assertThat(
                            shell(user, MINUTES, "./kubelab bundle export ~/bundle.tar")
                                    .succeeds()
                                    .err())
                    .contains("bundle-export: nothing changed");

            Ran damaged =
                    shell(
                            user,
                            MINUTES,
                            "cp ~/bundle.tar ~/damaged.tar && printf X | dd of=$HOME/damaged.tar bs=1 seek=900000000 conv=notrunc status=none; "
                                    + THERE
                                    + "bundle import ~/damaged.tar");
            assertThat(damaged.exit()).as("%s", damaged).isEqualTo(COMMAND_FAILED);
            assertThat(damaged.err()).containsPattern("(go|root|layer)/\\S+: FAILED");
            assertThat(shell(user, MINUTES, "rm ~/damaged.tar; find ~/there -type f").text())
                    .isEmpty();

            shell(user, MINUTES, THERE + "bundle import ~/bundle.tar").succeeds();
            assertThat(shell(user, MINUTES, THERE + "bundle import ~/bundle.tar").err())
                    .contains("bundle-import: nothing changed");
            assertThat(shell(user, MINUTES, THERE + "bundle").succeeds().err())
                    .contains("the image pause is there")
                    .doesNotContain("the programs of");

            Ran other =
                    shell(
                            user,
                            MINUTES,
                            THERE + "bundle import ~/bundle.tar -e multus_source=v4.2.3");
            assertThat(other.exit()).as("%s", other).isEqualTo(INVALID_INPUT);
            assertThat(other.err()).contains("it lacks go/multus-");
        }
    }

    private static Ran shell(Workstation user, Duration limit, String script) {
        Ran ran = user.shell(limit, script);
        System.out.print(ran);
        return ran;
    }
}
