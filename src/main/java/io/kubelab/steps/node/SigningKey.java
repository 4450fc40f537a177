package io.kubelab.steps.node;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An OpenPGP public key of version 4 with its subkeys and signatures (RFC 9580, 10.1).
 *
 * @param fingerprint 40 hex digits, upper-case
 * @param armored the key, and nothing else than it, in ASCII armor
 */
record SigningKey(String fingerprint, String armored) {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN PGP PUBLIC KEY BLOCK-----\\R(?:[A-Za-z]+: .*\\R)*\\s*\\R([A-Za-z0-9+/=\\s]+?)(?:\\R=[A-Za-z0-9+/]{4})?\\s*-----END PGP PUBLIC KEY BLOCK-----");

    private static final int PRIMARY_KEY = 6;
    private static final int VERSION = 4;
    private static final int CRC_START = 0xB704CE;
    private static final int CRC_POLYNOMIAL = 0x1864CFB;

    /** In hexadecimal, so that two of them can be compared. */
    private static final HexFormat DIGITS = HexFormat.of().withUpperCase();

    /**
     * The keys of a text, in its order.
     *
     * @return empty if it is no key in ASCII armor, or one that can't be read to its end
     */
    static List<SigningKey> read(String text) {
        var keys = new ArrayList<SigningKey>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            Optional<List<SigningKey>> read = ofBlock(block.group(1));
            if (read.isEmpty()) {
                return List.of();
            }
            keys.addAll(read.get());
        }
        return List.copyOf(keys);
    }

    /** That of them which has this fingerprint. */
    static Optional<SigningKey> find(String text, String fingerprint) {
        return read(text).stream()
                .filter(k -> k.fingerprint().equals(fingerprint.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    /** Empty if it is cut off or has lengths that nobody gives keys. */
    private static Optional<List<SigningKey>> ofBlock(String base64) {
        byte[] all;
        try {
            all = Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        var keys = new ArrayList<SigningKey>();
        String fingerprint = "";
        int begin = 0;
        int at = 0;
        while (at < all.length) {
            Optional<Packet> packet = Packet.at(all, at);
            if (packet.isEmpty()) {
                return Optional.empty();
            }
            if (packet.get().tag() == PRIMARY_KEY) {
                if (at > 0) {
                    keys.add(of(fingerprint, Arrays.copyOfRange(all, begin, at)));
                }
                begin = at;
                byte[] body = Arrays.copyOfRange(all, packet.get().body(), packet.get().end());
                if (body.length == 0 || body[0] != VERSION) {
                    return Optional.empty();
                }
                fingerprint = fingerprint(body);
            } else if (at == 0) {
                return Optional.empty();
            }
            at = packet.get().end();
        }
        if (at > 0) {
            keys.add(of(fingerprint, Arrays.copyOfRange(all, begin, at)));
        }
        return Optional.of(keys);
    }

    /**
     * @param end where the next one begins
     */
    private record Packet(int tag, int body, int end) {
        /** Of the whole of it (RFC 9580, 4.2). */
        static Optional<Packet> at(byte[] all, int at) {
            int header = all[at] & 0xFF;
            boolean current = (header & 0x40) != 0;
            if ((header & 0x80) == 0) {
                return Optional.empty();
            }
            int tag = current ? header & 0x3F : (header >> 2) & 0x0F;
            int first = number(all, at + 1, 1);
            int octets;
            int length;
            if (current && first >= 192 && first < 224) {
                octets = 2;
                length = ((first - 192) << 8) + number(all, at + 2, 1) + 192;
            } else if (current) {
                octets = first == 255 ? 5 : 1;
                length = first == 255 ? number(all, at + 2, 4) : first < 192 ? first : -1;
            } else {
                octets = 1 << (header & 3);
                length = octets > 4 ? -1 : number(all, at + 1, octets);
            }
            int body = at + 1 + octets;
            return length < 0 || first < 0 || length > all.length - body
                    ? Optional.empty()
                    : Optional.of(new Packet(tag, body, body + length));
        }

        /** Big-endian; negative if it is beyond the end or of the size of no key. */
        private static int number(byte[] all, int at, int octets) {
            if (at + octets > all.length) {
                return -1;
            }
            int number = 0;
            for (int i = 0; i < octets; i++) {
                number = (number << 8) | (all[at + i] & 0xFF);
            }
            return number;
        }
    }

    private static String fingerprint(byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update((byte) 0x99);
            digest.update((byte) (body.length >> 8));
            digest.update((byte) body.length);
            return DIGITS.formatHex(digest.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SigningKey of(String fingerprint, byte[] packets) {
        var sum = new ByteArrayOutputStream();
        int crc = crc(packets);
        sum.write(crc >> 16);
        sum.write(crc >> 8);
        sum.write(crc);
        return new SigningKey(
                fingerprint,
                """
                -----BEGIN PGP PUBLIC KEY BLOCK-----

                %s
                =%s
                -----END PGP PUBLIC KEY BLOCK-----
                """
                        .formatted(
                                Base64.getMimeEncoder(64, new byte[] {'\n'})
                                        .encodeToString(packets),
                                Base64.getEncoder().encodeToString(sum.toByteArray())));
    }

    /** rpm wants it (RFC 9580, 6.1.1). */
    private static int crc(byte[] bytes) {
        int crc = CRC_START;
        for (byte b : bytes) {
            crc ^= (b & 0xFF) << 16;
            for (int bit = 0; bit < 8; bit++) {
                crc <<= 1;
                if ((crc & 0x1000000) != 0) {
                    crc ^= CRC_POLYNOMIAL;
                }
            }
        }
        return crc;
    }
}
