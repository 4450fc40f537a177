package io.kubelab.adapter.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubelab.release.SigningKey;
import io.kubelab.release.SigningKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

/** Reads and writes them by bcpg. */
public final class BouncySigningKeys implements SigningKeys {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN (PGP PUBLIC KEY BLOCK)-----\\R.*?-----END \\1-----\\R?",
                    Pattern.DOTALL);

    private static final HexFormat DIGITS = HexFormat.of().withUpperCase();

    @Override
    public List<SigningKey> read(String text) {
        var keys = new ArrayList<SigningKey>();
        Matcher block = BLOCK.matcher(text);
        try {
            while (block.find()) {
                for (PGPPublicKeyRing ring : rings(block.group())) {
                    keys.add(key(ring));
                }
            }
        } catch (IOException | PGPException | RuntimeException _) {
            // bcpg meets what is no key with exceptions of many kinds
            return List.of();
        }
        return List.copyOf(keys);
    }

    private static PGPPublicKeyRingCollection rings(String block) throws IOException, PGPException {
        return new PGPPublicKeyRingCollection(
                new ArmoredInputStream(new ByteArrayInputStream(block.getBytes(UTF_8))),
                new BcKeyFingerprintCalculator());
    }

    private static SigningKey key(PGPPublicKeyRing ring) throws IOException {
        var text = new ByteArrayOutputStream();
        try (var armor = ArmoredOutputStream.builder().clearHeaders().build(text)) {
            ring.encode(armor);
        }
        return new SigningKey(
                DIGITS.formatHex(ring.getPublicKey().getFingerprint()), text.toString(UTF_8));
    }
}
