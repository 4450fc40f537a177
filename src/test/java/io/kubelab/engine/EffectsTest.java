package io.kubelab.engine;

import static io.kubelab.engine.TestLab.NODE_1;
import static io.kubelab.engine.TestLab.VIRTHOST;
import static io.kubelab.engine.TestLab.WORKSTATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.failure.ClusterFailed;
import io.kubelab.failure.CommandFailed;
import io.kubelab.image.ImageSpec;
import io.kubelab.inventory.Host;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectsTest {
    private final TestLab lab = new TestLab();
    private final FakeHosts.FakeHost node = lab.hosts.of("kube-node-1");
    private @TempDir Path directory;

    private void apply(Change change, Host place) {
        try {
            new Effects(new Peers(lab.ports(), lab.lab(), RunEvent.Mode.APPLY))
                    .apply(change, place, _ -> {})
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aDirectoryIsMadeWithItsAttributes() {
        node.understands("install -d -m 0700 -o etcd -g etcd -- /var/lib/etcd", _ -> {});
        apply(
                new Change.MakeDirectory("/var/lib/etcd", new FileAttributes("0700", "etcd:etcd")),
                NODE_1);
        assertThat(node.changes).hasSize(1);
    }

    @Test
    void theOwnerIsGivenBeforeTheModeWhichThatMayTakeAway() {
        node.understands("chown -h -- root:wheel /usr/bin/x && chmod -- 4755 /usr/bin/x", _ -> {});
        apply(
                new Change.SetAttributes("/usr/bin/x", new FileAttributes("4755", "root:wheel")),
                NODE_1);
        assertThat(node.changes).hasSize(1);
    }

    @Test
    void aLinkReplacesALinkButNothingElse() {
        node.understands("mkdir -p -- /etc/x && ln -s -f -T -- /usr/x /etc/x/link", _ -> {});
        apply(new Change.Link("/etc/x/link", "/usr/x"), NODE_1);
        assertThat(node.changes).hasSize(1);
    }

    @Test
    void filesGoByTheConnection() {
        apply(new Change.PutFile("/etc/x", new Content.Text("x"), FileAttributes.PUBLIC), NODE_1);
        assertThat(node.changes).containsExactly("put /etc/x");
    }

    @Test
    void aTreeIsRemoved() {
        node.answers("readlink -m -- /var/lib", "/var/lib\n")
                .answers("cat /proc/self/mountinfo", "36 35 98:0 / / rw - ext4 /dev/vda rw\n");
        apply(new Change.Remove("/var/lib/kubelab"), NODE_1);
        assertThat(node.changes).containsExactly("rm -rf --one-file-system -- /var/lib/kubelab");
    }

    @Test
    void whatIsMountedBelowIsNeverRemoved() {
        node.answers("readlink -m -- /var/lib", "/srv/lib\n")
                .answers(
                        "cat /proc/self/mountinfo",
                        "36 35 98:0 / / rw - ext4 /dev/vda rw\n"
                                + "37 35 98:0 /home /srv/lib/kubelab/my\\040home rw - ext4 /dev/vda rw\n");
        assertThatThrownBy(() -> apply(new Change.Remove("/var/lib/kubelab"), NODE_1))
                .isInstanceOf(CommandFailed.class)
                .extracting(e -> ((CommandFailed) e).evidence())
                .isEqualTo("still mounted: /srv/lib/kubelab/my home");
        assertThat(node.changes).isEmpty();
    }

    @Test
    void noRootIsRemoved() {
        for (String path : List.of("/", "//", "/x/..", "relative/path", "")) {
            assertThatThrownBy(() -> apply(new Change.Remove(path), NODE_1))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(node.asked).isEmpty();
    }

    @Test
    void aFileIsStreamed() {
        node.understands("tar -x", _ -> {});
        apply(
                new Change.Stream(
                        Path.of("x.tar"), Command.of("tar", "-x"), Duration.ofMinutes(1), "no"),
                NODE_1);
        assertThat(node.changes).containsExactly("tar -x");
    }

    @Test
    void withoutAClusterNothingIsAppliedToIt() {
        lab.cluster.there = false;
        var manifest =
                new io.kubelab.cluster.Manifest(
                        new io.kubelab.cluster.ObjectRef("v1", "Pod", "default", "x"), "");
        assertThatThrownBy(() -> apply(new Change.Apply(manifest), NODE_1))
                .isInstanceOf(ClusterFailed.class)
                .hasMessage("apply Pod default/x: there is no cluster yet");
    }

    @Test
    void aLocalFileIsWrittenWithItsModeAndItsDirectories() throws IOException {
        Path file = directory.resolve("a/b/key");
        apply(new Change.WriteLocalFile(file, new Content.Secret("k"), "0600"), WORKSTATION);
        assertThat(file).hasContent("k");
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(mode(file.getParent())).isEqualTo("rwx------");

        Path other = directory.resolve("c/inventory");
        apply(new Change.WriteLocalFile(other, new Content.Text("i"), "0644"), WORKSTATION);
        assertThat(mode(other)).isEqualTo("rw-r--r--");
        assertThat(mode(other.getParent())).isEqualTo("rwxr-xr-x");
    }

    @Test
    void aLocalFileIsReplacedAndNothingIsLeftBeside() throws IOException {
        Path file = directory.resolve("file");
        Path source = Files.writeString(directory.resolve("source"), "new");
        Files.writeString(file, "old");
        apply(
                new Change.WriteLocalFile(file, new Content.Artifact(source, "0"), "0755"),
                WORKSTATION);
        assertThat(file).hasContent("new");
        assertThat(mode(file)).isEqualTo("rwxr-xr-x");
        assertThat(directory).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void aLocalFileThatCannotBeWrittenIsAFailureWithARemedy() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "").resolve("below");
        assertThatThrownBy(() ->
                        apply(new Change.WriteLocalFile(file, Content.NONE, "0644"), WORKSTATION))
                .isInstanceOf(CommandFailed.class)
                .hasMessageStartingWith("localhost: 'write " + file);
    }

    @Test
    void aLocalTreeIsRemovedButNotWhereItsLinksLead() throws IOException {
        Path outside = Files.writeString(directory.resolve("outside"), "");
        Path tree = Files.createDirectories(directory.resolve("tree/x/y")).getParent().getParent();
        Files.createSymbolicLink(tree.resolve("link"), outside);
        apply(new Change.RemoveLocalFile(tree), WORKSTATION);
        apply(new Change.RemoveLocalFile(tree), WORKSTATION);
        assertThat(tree).doesNotExist();
        assertThat(outside).exists();
    }

    @Test
    void anImageAppearsWholeAndOnce() {
        Path layout = directory.resolve("images/abc");
        var image = new ImageSpec("example.org/x:1", "amd64", List.of(), List.of(), List.of());
        apply(new Change.AssembleImage(image, layout), WORKSTATION);
        apply(new Change.AssembleImage(image, layout), WORKSTATION);
        assertThat(layout.resolve("index.json")).hasContent("example.org/x:1");
        assertThat(layout.getParent()).isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void anImageIsPushedThroughTheVirthost() {
        apply(new Change.PushImage(directory, "10.0.0.1:5000", "x/y", "1"), WORKSTATION);
        assertThat(lab.pushed).containsExactly("127.0.0.1:40000/x/y:1");
        assertThat(lab.hosts.of(VIRTHOST.name()).roundTrips()).isZero();
    }
}
