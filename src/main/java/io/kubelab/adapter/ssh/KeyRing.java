package io.kubelab.adapter.ssh;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SSHAgentConnector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Vector;

/**
 * The keys that are tried, in OpenSSH's order: a key that was named (by the agent if it holds it,
 * which asks for no passphrase), or the agent's, then the files; locked files last.
 */
final class KeyRing implements IdentityRepository {
    private final List<Path> files;
    private final Offered offered;
    private final Optional<Path> agent;
    private final List<Identity> identities = new ArrayList<>();

    /** Which keys a host is shown. */
    enum Offered {
        /** One that was named, and no other. */
        ONE,
        /** Those of the files that exist ({@code IdentitiesOnly}). */
        FILES,
        /** The agent's as well. */
        ALL
    }

    private KeyRing(List<Path> files, Offered offered, Optional<Path> agent) throws JSchException {
        this.files = files;
        this.offered = offered;
        this.agent = agent;
        gather();
    }

    /** Only this key. */
    static KeyRing of(Path key, Optional<Path> agent) throws JSchException {
        return new KeyRing(List.of(key), Offered.ONE, agent);
    }

    /** Those of these files that exist, and the agent's if they are offered. */
    static KeyRing of(List<Path> files, Offered offered, Optional<Path> agent)
            throws JSchException {
        return new KeyRing(files.stream().filter(Files::isReadable).toList(), offered, agent);
    }

    private void gather() throws JSchException {
        var reader = new JSch();
        for (Path file : files) {
            try {
                reader.addIdentity(file.toString());
            } catch (JSchException e) {
                // one of the usual files may be of a kind that we can't use (a hardware key)
                if (offered == Offered.ONE) {
                    throw e;
                }
            }
        }
        List<Identity> inFiles =
                reader.getIdentityRepository().getIdentities().stream()
                        .map(RsaIdentity::of)
                        .toList();
        List<Identity> inAgent = agentIdentities();
        inAgent.stream()
                .filter(a -> offered == Offered.ALL || inFiles.stream().anyMatch(f -> same(a, f)))
                .forEach(identities::add);
        for (Identity file : inFiles) {
            if (identities.stream().noneMatch(i -> same(i, file)) && !file.isEncrypted()) {
                identities.add(file);
            }
        }
        for (Identity file : inFiles) {
            if (identities.stream().noneMatch(i -> same(i, file)) && file.isEncrypted()) {
                identities.add(file);
            }
        }
    }

    private static boolean same(Identity one, Identity other) {
        byte[] blob = one.getPublicKeyBlob();
        return blob != null && Arrays.equals(blob, other.getPublicKeyBlob());
    }

    private List<Identity> agentIdentities() {
        if (agent.isEmpty() || !Files.exists(agent.get())) {
            return List.of();
        }
        try {
            return new AgentIdentityRepository(new SSHAgentConnector(agent.get())).getIdentities();
        } catch (AgentProxyException e) {
            return List.of();
        }
    }

    /** For messages: which keys were tried. */
    String shown() {
        return identities.isEmpty()
                ? "no key (no agent, no file)"
                : String.join(", ", identities.stream().map(Identity::getName).toList());
    }

    @Override
    @SuppressWarnings("JdkObsolete") // jsch's type
    public Vector<Identity> getIdentities() {
        return new Vector<>(identities);
    }

    @Override
    public String getName() {
        return "kubelab";
    }

    @Override
    public int getStatus() {
        return RUNNING;
    }

    @Override
    public boolean add(byte[] identity) {
        return false;
    }

    @Override
    public boolean remove(byte[] blob) {
        return false;
    }

    @Override
    public void removeAll() {
        identities.clear();
    }
}
