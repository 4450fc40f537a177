package io.kubelab.adapter.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RsaIdentityTest {
    private static final byte[] DATA = "session".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path directory;

    /** RSA signatures (PKCS#1 v1.5) of the same data with the same key are the same bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"rsa-sha2-256", "rsa-sha2-512", "ssh-rsa"})
    void signsAsJschDoes(String algorithm) throws Exception {
        Identity file = identity(KeyPair.RSA);
        Identity quick = RsaIdentity.of(file);
        assertThat(quick).isInstanceOf(RsaIdentity.class);
        assertThat(quick.getSignature(DATA, algorithm))
                .isEqualTo(file.getSignature(DATA, algorithm));
        assertThat(quick.toString()).isEqualTo(file.getName());
    }

    @Test
    void otherKeysStayAsTheyAre() throws Exception {
        Identity file = identity(KeyPair.ECDSA);
        assertThat(RsaIdentity.of(file)).isSameAs(file);
    }

    private Identity identity(int type) throws JSchException, IOException {
        var jsch = new JSch();
        Path file = directory.resolve("key");
        KeyPair.genKeyPair(jsch, type, type == KeyPair.RSA ? 2048 : 256)
                .writePrivateKey(file.toString());
        jsch.addIdentity(file.toString());
        return jsch.getIdentityRepository().getIdentities().getFirst();
    }
}
