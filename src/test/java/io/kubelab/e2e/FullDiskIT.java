package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A disk that is full, here and there. */
@Tag("cluster")
final class FullDiskIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final int INVALID_INPUT = 3;
    private static final int COMMAND_FAILED = 5;
    private static final String SMALL =
            " -i inventory/there.inventory -e images_directory=/mnt/small"
                    + " -e '{\"virtual_machines\": [{\"name\": \"small-1\", \"node_type\": \"master\"}]}'";

    @Test
    void isNamedAndWhenThereIsRoomTheNextRunIsFine() {
        try (TestVirthost virthost = TestVirthost.start();
                Workstation user = Workstation.withThisBuild()) {
            user.mayUse(virthost);
            ofTheWorkstation(user);
            ofTheVirthost(virthost, user);
        }
    }

    private static void ofTheWorkstation(Workstation user) {
        Ran here =
                user.shell(
                        MINUTE,
                        "mkdir -p ~/.local/state/kubelab && mount -t tmpfs -o size=4k full ~/.local/state/kubelab"
                                + " && head -c 4096 /dev/zero > ~/.local/state/kubelab/full"
                                + "; ./kubelab virthost-setup -i inventory/there.inventory");
        assertThat(here.exit()).as("%s", here).isEqualTo(COMMAND_FAILED);
        assertThat(here.err()).contains("No space left on device", "the disk has room");
        user.shell(MINUTE, "umount ~/.local/state/kubelab").succeeds();
    }

    private static void ofTheVirthost(TestVirthost virthost, Workstation user) {
        virthost.inside("mkdir", "/mnt/small").succeeds();
        virthost.inside("mount", "-t", "tmpfs", "-o", "size=64m", "small", "/mnt/small").succeeds();
        Ran before = user.kubelab(COLD, "virthost-setup" + SMALL);
        assertThat(before.exit()).as("%s", before).isEqualTo(INVALID_INPUT);
        assertThat(before.err()).contains("/mnt/small on the_virthost has 64 MiB of free space");
        // what nobody looks at beforehand: how many files there can be
        virthost.inside("mount", "-o", "remount,size=4g,nr_inodes=500", "/mnt/small").succeeds();
        Ran there = user.kubelab(COLD, "virthost-setup" + SMALL);
        assertThat(there.exit()).as("%s", there).isEqualTo(COMMAND_FAILED);
        assertThat(there.err())
                .contains("No space left on device", "images_directory on the virthost has 2 GB");
        virthost.inside("mount", "-o", "remount,nr_inodes=1000000", "/mnt/small").succeeds();
        user.kubelab(COLD, "virthost-setup" + SMALL).succeeds();
        Ran second = user.kubelab(COLD, "virthost-setup" + SMALL);
        assertThat(second.succeeds().err()).doesNotContainPattern("changed=[1-9]");
    }
}
