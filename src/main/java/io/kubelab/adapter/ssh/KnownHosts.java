package io.kubelab.adapter.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.kubelab.failure.Unreachable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The host keys that are believed, in OpenSSH's format (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT):
 * patterns, negations, hashed names, {@code @revoked}. jsch's own class knows one file, and its
 * policies other than {@code yes} accept changed keys.
 */
final class KnownHosts implements HostKeyRepository {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String host;
    private final List<Path> files;
    private final Strangers strangers;
    private volatile Optional<Unreachable> verdict = Optional.empty();

    /** What to do about a host that no file names. */
    sealed interface Strangers {
        /** Only the files count: machines that we made. */
        record Refused() implements Strangers {}

        /**
         * A person is asked, and the answer is written down.
         *
         * @param file where to
         */
        record Asked(Answers answers, Path file, Names names) implements Strangers {}
    }

    /** How names are written ({@code HashKnownHosts}). */
    enum Names {
        PLAIN,
        HASHED
    }

    /**
     * @param file where it is written
     * @param line its number there
     */
    private record Entry(
            Path file, int line, String marker, String names, String type, String base64) {
        boolean is(byte[] key) {
            return base64.equals(Base64.getEncoder().encodeToString(key));
        }

        byte[] key() {
            return Base64.getDecoder().decode(base64);
        }

        String shown() {
            try {
                return "%s %s (%s:%d)".formatted(type, fingerprint(key()), file, line);
            } catch (IllegalArgumentException e) {
                return "%s, which can't be read (%s:%d)".formatted(type, file, line);
            }
        }
    }

    /**
     * @param host its name in the inventory, for messages and as a second name in the files
     */
    KnownHosts(String host, List<Path> files, Strangers strangers) {
        this.host = host;
        this.files = List.copyOf(files);
        this.strangers = strangers;
    }

    /** Why the last check refused, with what to do. */
    Optional<Unreachable> verdict() {
        return verdict;
    }

    @Override
    public int check(String address, byte[] key) {
        List<Entry> known = entries(address);
        if (known.stream().anyMatch(e -> "@revoked".equals(e.marker()) && e.is(key))) {
            verdict =
                    Optional.of(
                            new Unreachable(
                                    host,
                                    "its host key is marked as revoked in " + shown(),
                                    "Do not connect until you know why; the host must get a new key."));
            return CHANGED;
        }
        List<Entry> plain = known.stream().filter(e -> e.marker().isEmpty()).toList();
        if (plain.stream().anyMatch(e -> e.is(key))) {
            return OK;
        }
        String type = type(key);
        if (!plain.isEmpty()) {
            verdict = Optional.of(changed(address, plain, type, key));
            return CHANGED;
        }
        return switch (strangers) {
            case Strangers.Refused() -> {
                verdict =
                        Optional.of(
                                new Unreachable(
                                        host,
                                        "%s shows the %s host key %s, and no key of it is in %s"
                                                .formatted(
                                                        address, type, fingerprint(key), shown()),
                                        "Another machine may answer at this address, or the lab's memory was lost: run 'kubelab virthost-setup' again, which makes and pins the keys."));
                yield NOT_INCLUDED;
            }
            case Strangers.Asked asked -> ask(asked, address, type, key);
        };
    }

    private Unreachable changed(String address, List<Entry> known, String type, byte[] key) {
        List<Entry> ofType = known.stream().filter(e -> e.type().equals(type)).toList();
        return new Unreachable(
                host,
                "THE HOST KEY HAS CHANGED: %s shows %s %s, and known is %s"
                        .formatted(
                                address,
                                type,
                                fingerprint(key),
                                (ofType.isEmpty() ? known : ofType)
                                        .stream()
                                                .map(Entry::shown)
                                                .distinct()
                                                .collect(Collectors.joining(", "))),
                switch (strangers) {
                    case Strangers.Refused() ->
                            "Another machine answers at this address, or somebody gave this one another key; find out which before you go on. kubelab never skips this check.";
                    case Strangers.Asked _ ->
                            "Someone may be listening in. Ask whoever runs the host; if it was set up anew, compare the new fingerprint with what 'ssh-keygen -lf' prints there, and remove the old key: ssh-keygen -R '%s' -f %s"
                                    .formatted(
                                            address,
                                            known.stream()
                                                    .map(e -> e.file().toString())
                                                    .distinct()
                                                    .collect(Collectors.joining(" -f ")));
                });
    }

    private int ask(Strangers.Asked asked, String address, String type, byte[] key) {
        String fingerprint = fingerprint(key);
        switch (asked.answers().firstContact(address, type, fingerprint)) {
            case ACCEPT -> {
                write(asked, address, type, key);
                return OK;
            }
            case REFUSE ->
                    verdict =
                            Optional.of(
                                    new Unreachable(
                                            host,
                                            "you did not accept the host key of " + address,
                                            "Compare the fingerprint with the one that 'ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub' prints on the host."));
            case NOBODY_TO_ASK ->
                    verdict =
                            Optional.of(
                                    new Unreachable(
                                            host,
                                            "the host key of %s is not known (%s %s), and there is no terminal to ask on"
                                                    .formatted(address, type, fingerprint),
                                            "Compare the fingerprint and add the key to %s, for instance by 'ssh' to this host from a terminal."
                                                    .formatted(asked.file())));
        }
        return NOT_INCLUDED;
    }

    private static void write(Strangers.Asked asked, String address, String type, byte[] key) {
        String name = asked.names() == Names.HASHED ? hashed(address, salt()) : address;
        String line = "%s %s %s\n".formatted(name, type, Base64.getEncoder().encodeToString(key));
        Path file = asked.file();
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null && !Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            if (Files.exists(file) && !endsWithNewline(file)) {
                line = "\n" + line;
            }
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            // it was accepted for this run; the next one asks again
        }
    }

    private static boolean endsWithNewline(Path file) throws IOException {
        String text = Files.readString(file);
        return text.isEmpty() || text.endsWith("\n");
    }

    private String shown() {
        return String.join(" or ", files.stream().map(Path::toString).toList());
    }

    private List<Entry> entries(String address) {
        var found = new ArrayList<Entry>();
        for (Path file : files) {
            List<String> lines;
            try {
                lines = Files.isReadable(file) ? Files.readAllLines(file, UTF_8) : List.of();
            } catch (IOException e) {
                continue;
            }
            for (int i = 0; i < lines.size(); i++) {
                parse(file, i + 1, lines.get(i))
                        .filter(e -> matches(e.names(), address) || matches(e.names(), host))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<Entry> parse(Path file, int number, String line) {
        String[] words = line.strip().split("\\s+", -1);
        if (words[0].startsWith("#")) {
            return Optional.empty();
        }
        String marker = words[0].startsWith("@") ? words[0] : "";
        int at = marker.isEmpty() ? 0 : 1;
        if (words.length < at + 3) {
            return Optional.empty();
        }
        return Optional.of(
                new Entry(file, number, marker, words[at], words[at + 1], words[at + 2]));
    }

    private static boolean matches(String names, String address) {
        boolean matched = false;
        for (String name : names.split(",", -1)) {
            if (name.startsWith("|1|")) {
                String[] parts = name.split("\\|", -1);
                matched |=
                        parts.length == 4
                                && name.equals(
                                        hashed(address, Base64.getDecoder().decode(parts[2])));
            } else if (name.startsWith("!")) {
                if (pattern(name.substring(1)).matcher(address).matches()) {
                    return false;
                }
            } else {
                matched |= pattern(name).matcher(address).matches();
            }
        }
        return matched;
    }

    private static Pattern pattern(String glob) {
        var regex = new StringBuilder();
        glob.chars()
                .forEach(c ->
                        regex.append(
                                switch (c) {
                                    case '*' -> ".*";
                                    case '?' -> ".";
                                    default -> Pattern.quote(Character.toString(c));
                                }));
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }

    private static byte[] salt() {
        byte[] salt = new byte[20];
        RANDOM.nextBytes(salt);
        return salt;
    }

    private static String hashed(String address, byte[] salt) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(salt, "HmacSHA1"));
            Base64.Encoder base64 = Base64.getEncoder();
            return "|1|%s|%s"
                    .formatted(
                            base64.encodeToString(salt),
                            base64.encodeToString(mac.doFinal(address.getBytes(UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    /** A key's first field is its type (RFC 4253, 6.6). */
    private static String type(byte[] key) {
        int length = java.nio.ByteBuffer.wrap(key).getInt();
        return new String(key, 4, length, UTF_8);
    }

    static String fingerprint(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** jsch offers the types of these first, so that a known host shows the key that we know. */
    @Override
    public HostKey[] getHostKey(@Nullable String address, @Nullable String type) {
        return address == null
                ? new HostKey[0]
                : entries(address).stream()
                        .filter(e -> e.marker().isEmpty())
                        .filter(e -> type == null || e.type().equals(type))
                        .flatMap(e -> {
                            try {
                                return java.util.stream.Stream.of(new HostKey(address, e.key()));
                            } catch (JSchException | IllegalArgumentException unusable) {
                                return java.util.stream.Stream.empty();
                            }
                        })
                        .toArray(HostKey[]::new);
    }

    @Override
    public HostKey[] getHostKey() {
        return new HostKey[0];
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return shown();
    }

    // jsch adds and removes keys only under policies that are never set here

    @Override
    public void add(HostKey key, UserInfo user) {
        throw new UnsupportedOperationException(Arrays.toString(files.toArray()));
    }

    @Override
    public void remove(String address, String type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String address, String type, byte[] key) {
        throw new UnsupportedOperationException();
    }
}
