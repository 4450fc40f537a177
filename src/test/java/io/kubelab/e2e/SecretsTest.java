package io.kubelab.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who looks for secrets must be able to find one. */
class SecretsTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"-t ed25519", "-t rsa -b 2048 -m PEM", "-t rsa", "-t ecdsa -m PEM"})
    void aKeyIsKnownByItsPrivateHalf(String kind) throws IOException {
        String key = key(kind);
        var secrets = new Secrets().addKey("key", key);
        assertThat(secrets.in(key)).containsExactly("key");
        assertThat(secrets.in(key.replace("\n", "\\n"))).containsExactly("key");
        assertThat(secrets.in(Files.readString(directory.resolve("key.pub")))).isEmpty();
    }

    @Test
    void aKubeconfigIsKnownByItsKeyHoweverThatIsWritten() throws IOException {
        String key = key("-t rsa -b 2048 -m PEM");
        String data = Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
        var secrets = new Secrets().addKubeconfig("admin", "    client-key-data: " + data + "\n");
        assertThat(secrets.in("x" + data)).containsExactly("admin");
        assertThat(secrets.in(key)).containsExactly("admin");
    }

    @Test
    void theSearchNamesFilesByTheirPermissions() throws IOException {
        Path open = write("open", "a secret, here", "rw-r--r--");
        Path closed = write("closed", "here is the other secret", "rw-------");
        write("harmless", "nothing", "rw-r--r--");
        var secrets = new Secrets().add("one", "a secret").add("other", "other secret");
        assertThat(search(secrets, "-perm -o=r")).isEqualTo(open.toString());
        assertThat(search(secrets, "! -perm -o=r")).isEqualTo(closed.toString());
    }

    @Test
    void theSpySeesArgumentsAndEnvironments() throws IOException {
        var secrets = new Secrets().add("word", "open-sesame-91");
        try (var spy = new Secrets.Spy()) {
            Ran.run(SOON, "sh", "-c", "sleep 2; : open-sesame-91").succeeds();
            Ran.run(SOON, "sh", "-c", "WORD=open-sesame-$((90+1)) sleep 2").succeeds();
            assertThat(spy.seen(secrets))
                    .anyMatch(s -> s.startsWith("[word] in cmdline sh -c sleep 2"))
                    .anyMatch(s -> s.startsWith("[word] in environ "));
        }
    }

    private String key(String kind) throws IOException {
        Ran.run(
                        SOON,
                        "sh",
                        "-c",
                        "ssh-keygen -q %s -N '' -f %s".formatted(kind, directory.resolve("key")))
                .succeeds();
        return Files.readString(directory.resolve("key"));
    }

    private Path write(String name, String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private String search(Secrets secrets, String permissions) {
        return Ran.run(SOON, "sh", "-c", secrets.search(permissions), "sh", directory.toString())
                .succeeds()
                .text();
    }
}
