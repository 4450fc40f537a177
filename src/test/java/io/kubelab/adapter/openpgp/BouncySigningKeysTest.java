package io.kubelab.adapter.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.release.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Keys that gpg wrote, and whose fingerprints it has told. */
final class BouncySigningKeysTest {
    private static final Path FILES = Path.of("src/test/resources/keys");
    private static final BouncySigningKeys KEYS = new BouncySigningKeys();
    private static final String PACKAGES = "21F5661B2ED7019E0B61DA8C0693B768EEDD7105";
    private static final String STRANGER = "4455E4A52F0B11255531CFE22181EFDF3BDC5042";

    @Test
    void aKeyIsKnownByItsFingerprint() throws IOException {
        String text = text("packages.asc");
        assertThat(KEYS.read(text)).extracting(SigningKey::fingerprint).containsExactly(PACKAGES);
        // the same bytes, and the same sum as gpg has for them
        assertThat(find(text, PACKAGES).orElseThrow().armored()).isEqualTo(text);
        assertThat(find(text, STRANGER)).isEmpty();
    }

    /** Who adds a key to the file of another gains nothing. */
    @Test
    void aStrangersKeyBesideItIsLeftOut() throws IOException {
        String alone = text("packages.asc");
        String stranger = find(text("two.asc"), STRANGER).orElseThrow().armored();
        for (String text : List.of(text("two.asc"), alone + stranger, stranger + "\n" + alone)) {
            assertThat(KEYS.read(text))
                    .extracting(SigningKey::fingerprint)
                    .containsExactlyInAnyOrder(PACKAGES, STRANGER);
            assertThat(find(text, PACKAGES).orElseThrow().armored()).isEqualTo(alone);
        }
        assertThat(KEYS.read(stranger)).hasSize(1);
    }

    @Test
    void headersAndOtherLineEndsAreNoMatter() throws IOException {
        String alone = text("packages.asc");
        String headed = alone.replaceFirst("\n\n", "\nVersion: GnuPG v2.0.15 (GNU/Linux)\n\n");
        for (String text : List.of(headed, headed.replace("\n", "\r\n"), "Key:\n\n" + alone)) {
            assertThat(find(text, PACKAGES).orElseThrow().armored()).isEqualTo(alone);
        }
        assertThat(KEYS.read(alone.replaceFirst("\n=.{4}\n", "\n"))).hasSize(1);
    }

    @Test
    void whatIsNoWholeKeyIsNone() throws IOException {
        String alone = text("packages.asc");
        List<String> lines = alone.lines().toList();
        for (int cut = 3; cut < lines.size() - 2; cut++) {
            var rest = new ArrayList<>(lines);
            rest.remove(cut);
            assertThat(find(String.join("\n", rest) + "\n", PACKAGES))
                    .as("without line %s", cut)
                    .isEmpty();
        }
        for (String text :
                List.of(
                        "",
                        "<html>404</html>",
                        alone.replace("PUBLIC", "PRIVATE"),
                        alone.replaceFirst("\nm", "\nA"),
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!\n-----END PGP PUBLIC KEY BLOCK-----\n",
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n",
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmf//\n-----END PGP PUBLIC KEY BLOCK-----\n",
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxv8=\n-----END PGP PUBLIC KEY BLOCK-----\n",
                        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxv//////\n-----END PGP PUBLIC KEY BLOCK-----\n")) {
            assertThat(KEYS.read(text)).as(text).isEmpty();
        }
    }

    private static Optional<SigningKey> find(String text, String fingerprint) {
        return KEYS.read(text).stream()
                .filter(key -> key.fingerprint().equals(fingerprint))
                .findFirst();
    }

    private static String text(String name) throws IOException {
        return Files.readString(FILES.resolve(name));
    }
}
