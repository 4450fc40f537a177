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
    private final boolean namedOnly;
    private final Optional<Path> agent;
    private final List<Identity> identities = new ArrayList<>();

    private KeyRing(List<Path> files, boolean namedOnly, Optional<Path> agent)
            throws JSchException {
        this.files = files;
        this.namedOnly = namedOnly;
        this.agent = agent;
        gather();
    }

    /** Only this key. */
    static KeyRing of(Path key, Optional<Path> agent) throws JSchException {
        return new KeyRing(List.of(key), true, agent);
    }

    /** The agent's keys and those of these files that exist. */
    static KeyRing of(List<Path> files, Optional<Path> agent) throws JSchException {
        return new KeyRing(files.stream().filter(Files::isReadable).toList(), false, agent);
    }

    private void gather() throws JSchException {
        var reader = new JSch();
        for (Path file : files) {
            try {
                reader.addIdentity(file.toString());
            } catch (JSchException e) {
                // one of the usual files may be of a kind that we can't use (a hardware key)
                if (namedOnly) {
                    throw e;
                }
            }
        }
        List<Identity> inFiles = reader.getIdentityRepository().getIdentities();
        List<Identity> inAgent = agentIdentities();
        if (namedOnly) {
            inAgent.stream()
                    .filter(a -> inFiles.stream().anyMatch(f -> same(a, f)))
                    .forEach(identities::add);
        } else {
            identities.addAll(inAgent);
        }
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
        return Arrays.equals(one.getPublicKeyBlob(), other.getPublicKeyBlob());
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
