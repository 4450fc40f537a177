package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A disk that is full, here and there. */
@Tag("cluster")
@Tag("daily")
final class FullDiskIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final int INVALID_INPUT = 3;
    private static final int COMMAND_FAILED = 5;
    private static final String SMALL =
            " -i inventory/there.inventory -e images_directory=/mnt/small"
                    // what is on a node's tmpfs is in its memory
                    + " -e '{\"virtual_machines\": [{\"name\": \"small-1\", \"node_type\": \"master\", \"system_ram_mb\": 6144}]}'";

    @Test
    void isNamedAndWhenThereIsRoomTheNextRunIsFine() {
        try (TestVirthost virthost = TestVirthost.start();
                Workstation user = Workstation.withThisBuild()) {
            user.mayUse(virthost);
            user.hasOwnCache();
            ofTheWorkstation(user);
            ofTheCache(user);
            ofTheVirthost(virthost, user);
            ofANode(user, "/opt/cni/bin", 24);
            ofANode(user, "/var/lib/containerd", 40);
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
        mount(virthost, "64M", 1000);
        Ran before = user.kubelab(COLD, "virthost-setup" + SMALL);
        assertThat(before.exit()).as("%s", before).isEqualTo(INVALID_INPUT);
        assertThat(before.err())
                .containsPattern("/mnt/small on the_virthost has [0-9]+ MiB of free space");
        virthost.inside("umount", "/mnt/small").succeeds();
        // what nobody looks at beforehand: how many files there can be
        mount(virthost, "8G", 100_000);
        virthost.inside(
                        "sh",
                        "-c",
                        "mkdir /mnt/small/others && cd /mnt/small/others"
                                + " && seq $(($(df --output=iavail . | tail -n 1) - 500)) | xargs touch")
                .succeeds();
        Ran there = user.kubelab(COLD, "virthost-setup" + SMALL);
        assertThat(there.exit()).as("%s", there).isEqualTo(COMMAND_FAILED);
        assertThat(there.err())
                .contains("No space left on device", "images_directory on the virthost has 2 GB");
        virthost.inside("rm", "-r", "/mnt/small/others").succeeds();
        user.kubelab(COLD, "virthost-setup" + SMALL).succeeds();
        Ran second = user.kubelab(COLD, "virthost-setup" + SMALL);
        assertThat(second.succeeds().err()).doesNotContainPattern("changed=[1-9]");
    }

    /** A disk in a file: what lies on a tmpfs would count as memory of the node that wrote it. */
    private static void mount(TestVirthost virthost, String size, int files) {
        String make =
                """
                set -e
                mkdir -p /mnt/small
                rm -f /var/lib/small
                truncate -s %s /var/lib/small
                mkfs.ext4 -q -N %d /var/lib/small
                mount -o loop /var/lib/small /mnt/small
                """
                        .formatted(size, files);
        virthost.inside("sh", "-c", make).succeeds();
    }

    private static void ofTheCache(Workstation user) {
        String build = "play bundle-multus -i inventory/there.inventory";
        Ran full =
                user.shell(
                        COLD,
                        """
                        cache=$XDG_CACHE_HOME/kubelab
                        rm -rf "$cache"/go/multus-* && mkdir -p "$cache/tmp" && mount -t tmpfs -o size=1m full "$cache/tmp" &&
                          ./kubelab %s
                        """
                                .formatted(build));
        assertThat(full.exit()).as("%s", full).isEqualTo(COMMAND_FAILED);
        assertThat(full.err())
                .containsIgnoringCase("no space left on device")
                .contains("A file system of localhost is full");
        Ran left =
                user.shell(
                        MINUTE,
                        "cd \"$XDG_CACHE_HOME/kubelab\" && umount tmp && ls -A tmp && ls -d go/multus-*");
        assertThat(left.out()).isEmpty();
        user.kubelab(COLD, build).succeeds();
        assertThat(user.kubelab(COLD, build).succeeds().err())
                .doesNotContainPattern("changed=[1-9]");
    }

    /** Of a file system of its own, for which a node's are too large. */
    private static void ofANode(Workstation user, String directory, int megabytes) {
        on(
                user,
                "sudo systemctl stop kubelet containerd; sudo mount -t tmpfs -o size=%dm small %s"
                        .formatted(megabytes, directory));
        Ran full = user.kubelab(COLD, "kube-install");
        assertThat(full.exit()).as("%s", full).isEqualTo(COMMAND_FAILED);
        assertThat(full.err())
                .containsIgnoringCase("no space left on device")
                .contains("A file system of small-1 is full");
        assertThat(on(user, "sudo find / -xdev -name '.*.kubelab*'; sudo ls -A " + directory).out())
                .doesNotContain(".kubelab");
        on(user, "sudo mount -o remount,size=4g " + directory);
        Ran room = user.kubelab(COLD, "kube-install");
        if (room.exit() != 0) {
            on(
                    user,
                    "kubectl get pods -A -o wide; kubectl -n kube-system describe pods -l k8s-app=kube-dns; df -h");
        }
        room.succeeds();
        Ran second = user.kubelab(COLD, "kube-install");
        assertThat(second.succeeds().err()).doesNotContainPattern("changed=[1-9]");
        user.kubelab(COLD, "kube-teardown").succeeds();
    }

    private static Ran on(Workstation user, String command) {
        return user.kubelab(MINUTE, "ssh small-1 -- '%s'".formatted(command.replace("'", "'\\''")))
                .succeeds();
    }
}
