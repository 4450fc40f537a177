package io.kubelab.adapter.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelDirectStreamLocal;
import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.UserInfo;
import io.kubelab.adapter.ssh.Answers.Attempt;
import io.kubelab.failure.Unreachable;
import io.kubelab.remote.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes authenticated sessions to one host: which keys, which host keys, which way, how often it is
 * tried. Every refusal of jsch becomes one sentence and one remedy here.
 */
final class SshSession {
    /**
     * How long a host is tried.
     *
     * @param whole until it is given up
     * @param attempt for one TCP connection: short where a machine is expected to appear
     * @param refusals how long a refused login is tried again: a machine that is booting refuses
     *     everyone but root (pam_nologin)
     */
    record Patience(Duration whole, Duration attempt, Duration refusals) {
        /** No attempt but one. */
        static final Patience NONE =
                new Patience(Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO);

        static final Patience HOST =
                new Patience(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ZERO);

        /** A machine that has booted or won't. */
        static final Patience BOOTED =
                new Patience(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ZERO);

        static final Patience MACHINE =
                new Patience(Duration.ofMinutes(2), Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    /** Where the bytes of a session go through, if not straight to the host. */
    interface Way {
        Proxy proxy(Duration attempt);
    }

    /**
     * jsch: up to twenty seconds, but no longer than the session lives, which it looks at only so.
     */
    static final int UNTIL_LOST = 0;

    private static final Duration HANDSHAKE = Duration.ofSeconds(15);

    /** After three times this without a word the link is lost. */
    static final Duration ALIVE = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String host;
    private final SshConfig config;
    private final KnownHosts knownHosts;
    private final Answers answers;
    private final Optional<Way> way;
    private final Patience patience;
    private final CountDownLatch closed = new CountDownLatch(1);

    SshSession(
            String host,
            SshConfig config,
            KnownHosts.Strangers strangers,
            Answers answers,
            Optional<Way> way,
            Patience patience) {
        this.host = host;
        this.config = config;
        this.knownHosts = new KnownHosts(host, config.knownHosts(), strangers);
        this.answers = answers;
        this.way = way;
        this.patience = patience;
    }

    String host() {
        return host;
    }

    String user() {
        return config.user();
    }

    /** What is tried no more. */
    void close() {
        closed.countDown();
    }

    /**
     * A new session.
     *
     * @throws Unreachable if there is none within the patience
     */
    Session open() {
        return open(patience);
    }

    /** As {@link #open()}, with another patience. */
    Session open(Patience patience) {
        KeyRing keys = keys();
        long begin = System.nanoTime();
        Duration sinceRefusal = Duration.ZERO;
        long refused = 0;
        while (true) {
            Unreachable failure;
            Session session = null;
            try {
                session = session(keys);
                session.connect((int) HANDSHAKE.toMillis());
                return session;
            } catch (JSchException e) {
                if (session != null) {
                    session.disconnect();
                }
                Verdict verdict = judge(e, keys);
                failure = verdict.failure();
                switch (verdict.hope()) {
                    case NONE -> throw failure;
                    case REFUSED -> {
                        refused = refused == 0 ? System.nanoTime() : refused;
                        sinceRefusal = Duration.ofNanos(System.nanoTime() - refused);
                        if (sinceRefusal.compareTo(patience.refusals()) >= 0) {
                            throw failure;
                        }
                    }
                    case LATER -> {}
                }
            }
            if (Duration.ofNanos(System.nanoTime() - begin).compareTo(patience.whole()) > 0
                    || pause()) {
                throw failure;
            }
        }
    }

    /** True if there is no reason to go on. */
    private boolean pause() {
        try {
            return closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private KeyRing keys() {
        Optional<Path> named = config.namedKey();
        if (named.isPresent() && !Files.isReadable(named.get())) {
            throw new Unreachable(
                    host,
                    "the key %s can't be read".formatted(named.get()),
                    "Mend ansible_ssh_private_key_file in the inventory, or the file's permissions.");
        }
        try {
            return named.isPresent()
                    ? KeyRing.of(named.get(), config.agent())
                    : KeyRing.of(config.keys(), config.offered(), config.agent());
        } catch (JSchException e) {
            throw new Unreachable(
                    host,
                    "%s is not a private key that can be used: %s"
                            .formatted(named.map(Path::toString).orElse("a key"), e.getMessage()),
                    "Name a private key in OpenSSH's or PEM format in ansible_ssh_private_key_file.",
                    e);
        }
    }

    private Session session(KeyRing keys) throws JSchException {
        Session session = new JSch().getSession(config.user(), config.address(), config.port());
        session.setIdentityRepository(keys);
        session.setHostKeyRepository(knownHosts);
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setConfig("PreferredAuthentications", "publickey");
        session.setConfig("MaxAuthTries", "20");
        session.setConfig("kex", preferred("kex", "curve25519-sha256"));
        session.setConfig("cipher.c2s", preferred("cipher.c2s", "aes128-gcm@openssh.com"));
        session.setConfig("cipher.s2c", preferred("cipher.s2c", "aes128-gcm@openssh.com"));
        // that they work, which jsch tries for each session by making keys, is so in every Java 25
        session.setConfig("CheckKexes", "");
        session.setConfig("CheckSignatures", "");
        session.setUserInfo(new Asker());
        session.setServerAliveInterval((int) ALIVE.toMillis());
        session.setServerAliveCountMax(3);
        session.setThreadFactory(Thread.ofVirtual().name("ssh-" + host).factory());
        session.setSocketFactory(new Sockets(patience.attempt()));
        way.ifPresent(w -> session.setProxy(w.proxy(patience.attempt())));
        return session;
    }

    /** The arithmetic of a handshake, with nobody. */
    static void rehearse() {
        try {
            new JSch().getSession("nobody", "localhost");
            KeyPair pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(pair.getPrivate());
            agreement.doPhase(pair.getPublic(), true);
            var key = new SecretKeySpec(agreement.generateSecret(), 0, 16, "AES");
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, new byte[12]));
            cipher.doFinal(new byte[16]);
            Signature.getInstance("Ed25519");
            Signature.getInstance("SHA256withRSA");
        } catch (GeneralSecurityException | JSchException e) {
            throw new IllegalStateException("every Java has what jsch prefers", e);
        }
    }

    /** jsch's own list with one algorithm, that is fast everywhere, before the others. */
    private static String preferred(String option, String first) {
        return Stream.concat(
                        Stream.of(first),
                        Arrays.stream(JSch.getConfig(option).split(",", -1))
                                .filter(name -> !name.equals(first)))
                .collect(Collectors.joining(","));
    }

    private enum Hope {
        /** It may be up soon. */
        LATER,
        /** It does not let us in, and a booting machine may soon. */
        REFUSED,
        NONE
    }

    private record Verdict(Hope hope, Unreachable failure) {}

    private Verdict judge(JSchException e, KeyRing keys) {
        String place = config.address() + ":" + config.port();
        String message = String.valueOf(e.getMessage());
        String small = message.toLowerCase(Locale.ROOT);
        if (e instanceof JSchHostKeyException) {
            return none(
                    knownHosts
                            .verdict()
                            .orElseGet(() ->
                                    new Unreachable(
                                            host,
                                            message,
                                            "See what 'ssh-keygen -F " + place + "' prints.",
                                            e)));
        }
        if (e instanceof JSchAlgoNegoFailException) {
            return none(
                    new Unreachable(
                            host,
                            "%s and we have no algorithm in common: %s".formatted(place, message),
                            "The host's sshd is too old or restricted too far; kubelab wants curve25519 or ECDH, AES, and no SHA-1.",
                            e));
        }
        if (small.contains("auth cancel")) {
            return none(
                    new Unreachable(
                            host,
                            "the key %s has a passphrase, and it was not given"
                                    .formatted(keys.shown()),
                            "Add the key to an ssh-agent ('ssh-add'), or run kubelab on a terminal, where it asks.",
                            e));
        }
        if (small.contains("auth fail")
                || small.contains("userauth")
                || small.contains("too many authentication failures")) {
            return new Verdict(
                    Hope.REFUSED,
                    new Unreachable(
                            host,
                            "%s does not let %s in with %s"
                                    .formatted(place, config.user(), keys.shown()),
                            "Put the public key into ~%s/.ssh/authorized_keys there, or name the right user and key (ansible_user, ansible_ssh_private_key_file)."
                                    .formatted(config.user()),
                            e));
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof UnknownHostException) {
            return none(
                    new Unreachable(
                            host,
                            "the name '%s' has no address".formatted(config.address()),
                            "Give the host's address as ansible_host in the inventory.",
                            e));
        }
        String why = e.equals(root) || root.getMessage() == null ? message : root.getMessage();
        return new Verdict(
                Hope.LATER,
                new Unreachable(
                        host,
                        "no SSH session with %s%s: %s"
                                .formatted(
                                        place,
                                        way.isPresent() ? ", through another host" : "",
                                        why),
                        "See that the host is up, that sshd listens there, and that ansible_host and ansible_port are right.",
                        e));
    }

    private static Verdict none(Unreachable failure) {
        return new Verdict(Hope.NONE, failure);
    }

    /** Passphrases; nothing else is ever asked by jsch. */
    private final class Asker implements UserInfo {
        private @Nullable String passphrase;
        private final Set<String> asked = new HashSet<>();

        @Override
        public @Nullable String getPassphrase() {
            return passphrase;
        }

        @Override
        public boolean promptPassphrase(String message) {
            String key = message.replaceFirst("^Passphrase for ", "");
            Optional<Content.Secret> answer =
                    answers.passphrase(key, asked.add(key) ? Attempt.FIRST : Attempt.AGAIN);
            passphrase = answer.map(Content.Secret::text).orElse(null);
            return answer.isPresent();
        }

        @Override
        public @Nullable String getPassword() {
            return null;
        }

        @Override
        public boolean promptPassword(String message) {
            return false;
        }

        @Override
        public boolean promptYesNo(String message) {
            return false;
        }

        @Override
        public void showMessage(String message) {}
    }

    /** Opens a channel of a session, whose input and output are ready before it is. */
    static Duplex connect(Channel channel, int timeout) throws IOException {
        return connect(channel, timeout, new Pipe());
    }

    private static Duplex connect(Channel channel, int timeout, Pipe output) throws IOException {
        channel.setOutputStream(output.to);
        try {
            OutputStream input = channel.getOutputStream();
            channel.connect(timeout);
            return new Duplex(output.from, input, channel::disconnect);
        } catch (JSchException e) {
            channel.disconnect();
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * @param silence how long a read of it waits, for the keep-alive of what is tunnelled; zero:
     *     for ever
     */
    static Duplex tcp(Session session, String address, int port, Duration timeout, Duration silence)
            throws IOException {
        try {
            var channel = channel(session, "direct-tcpip", ChannelDirectTCPIP.class);
            channel.setHost(address);
            channel.setPort(port);
            return connect(channel, (int) timeout.toMillis(), new Pipe(silence));
        } catch (JSchException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static Duplex socket(Session session, String path) throws IOException {
        try {
            var channel =
                    channel(
                            session,
                            "direct-streamlocal@openssh.com",
                            ChannelDirectStreamLocal.class);
            channel.setSocketPath(path);
            return connect(channel, UNTIL_LOST);
        } catch (JSchException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** jsch answers null when the session ends under its hands. */
    static <T extends Channel> T channel(Session session, String type, Class<T> kind)
            throws JSchException, IOException {
        Channel channel = session.openChannel(type);
        if (channel == null) {
            throw new IOException("the session has ended");
        }
        return kind.cast(channel);
    }

    /** An exec channel whose error stream is apart. */
    record Exec(ChannelExec channel, Duplex streams, InputStream errors) {}

    static Exec exec(Session session, String commandLine) throws IOException {
        try {
            var channel = channel(session, "exec", ChannelExec.class);
            channel.setCommand(commandLine);
            var errors = new Pipe();
            channel.setErrStream(errors.to);
            return new Exec(channel, connect(channel, UNTIL_LOST), errors.from);
        } catch (JSchException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
