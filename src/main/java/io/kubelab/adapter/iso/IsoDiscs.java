package io.kubelab.adapter.iso;

import com.github.stephenc.javaisotools.iso9660.ConfigException;
import com.github.stephenc.javaisotools.iso9660.ISO9660File;
import com.github.stephenc.javaisotools.iso9660.ISO9660RootDirectory;
import com.github.stephenc.javaisotools.iso9660.impl.CreateISO;
import com.github.stephenc.javaisotools.iso9660.impl.ISO9660Config;
import com.github.stephenc.javaisotools.iso9660.impl.ISOImageFileHandler;
import com.github.stephenc.javaisotools.joliet.impl.JolietConfig;
import com.github.stephenc.javaisotools.sabre.HandlerException;
import com.github.stephenc.javaisotools.sabre.impl.ByteArrayDataReference;
import io.kubelab.machines.Discs;
import io.kubelab.remote.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;

/**
 * Everything on a disc is from the first second of 1980: the same files make the same bytes. The
 * library says the time of its work, so its dates are written over.
 */
public final class IsoDiscs implements Discs {
    private static final int SECTOR = 2048;

    /** Where volume descriptors begin (ECMA-119, 6.7.1), of which the last has type 255. */
    private static final int DESCRIPTORS = 16 * SECTOR;

    private static final byte LAST = (byte) 255;

    /** When the volume was made, changed and became valid (ECMA-119, 8.4.26 to 8.4.29). */
    private static final int[] DATES = {813, 830, 864};

    /** The record of the root directory in a volume descriptor (ECMA-119, 8.4.18). */
    private static final int ROOT = 156;

    /** When a directory or file was recorded, in its record (ECMA-119, 9.1.5). */
    private static final int RECORDED = 18;

    private static final byte[] RECORD_DATE = {80, 1, 1, 0, 0, 0, 0};

    /** 8.4.26.1: sixteen digits, and the distance from Greenwich in quarters of an hour. */
    private static final byte[] DATE = "1980010100000000\0".getBytes(StandardCharsets.US_ASCII);

    @Override
    public Content.SecretBytes iso(String label, SortedMap<String, String> files) {
        try {
            // the library writes to files only; the directory is for nobody else
            Path directory = Files.createTempDirectory("kubelab-disc");
            Path file = directory.resolve("disc.iso");
            try {
                write(file, label, files);
                return new Content.SecretBytes(
                        Base64.getEncoder().encodeToString(dated(Files.readAllBytes(file))));
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String label, SortedMap<String, String> files)
            throws IOException {
        try {
            var root = new ISO9660RootDirectory();
            for (Map.Entry<String, String> entry : files.entrySet()) {
                root.addFile(
                        new ISO9660File(
                                new ByteArrayDataReference(
                                        entry.getValue().getBytes(StandardCharsets.UTF_8)),
                                entry.getKey(),
                                0));
            }
            var iso = new ISO9660Config();
            iso.setVolumeID(label);
            var joliet = new JolietConfig();
            joliet.setVolumeID(label);
            new CreateISO(new ISOImageFileHandler(file.toFile()), root)
                    .process(iso, null, joliet, null);
        } catch (HandlerException | ConfigException e) {
            throw new IllegalStateException("a disc can't be made of " + files.keySet(), e);
        }
    }

    private static byte[] dated(byte[] disc) {
        for (int at = DESCRIPTORS; disc[at] != LAST; at += SECTOR) {
            for (int date : DATES) {
                System.arraycopy(DATE, 0, disc, at + date, DATE.length);
            }
            dateRecord(disc, at + ROOT);
            dateDirectory(disc, at + ROOT);
        }
        return disc;
    }

    /**
     * @param record of a directory without others in it (ECMA-119, 9.1: where its own records are,
     *     in sectors, and how many bytes they take)
     */
    private static void dateDirectory(byte[] disc, int record) {
        ByteBuffer bytes = ByteBuffer.wrap(disc).order(ByteOrder.LITTLE_ENDIAN);
        int from = bytes.getInt(record + 2) * SECTOR;
        int end = from + bytes.getInt(record + 10);
        for (int at = from; at < end && disc[at] != 0; at += Byte.toUnsignedInt(disc[at])) {
            dateRecord(disc, at);
        }
    }

    private static void dateRecord(byte[] disc, int record) {
        System.arraycopy(RECORD_DATE, 0, disc, record + RECORDED, RECORD_DATE.length);
    }
}
