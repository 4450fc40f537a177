package io.kubelab.engine;

import io.kubelab.failure.CommandFailed;
import io.kubelab.inventory.Inventory;
import io.kubelab.remote.Content;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files of the workstation: whole or not at all. */
final class LocalFiles {
    private static final AtomicLong SERIAL = new AtomicLong();

    /** Something that the file system may refuse. */
    private interface Work {
        void run() throws IOException;
    }

    void write(Path path, Content content, String mode) {
        doing(
                "write " + path,
                () -> {
                    Set<PosixFilePermission> permissions = permissions(mode);
                    makeDirectories(path.toAbsolutePath().getParent(), permissions);
                    removeLeftovers(path);
                    Path temporary = temporary(path);
                    try {
                        // private from the first byte on
                        Files.createFile(
                                temporary,
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")));
                        switch (content) {
                            case Content.Text(String text) -> Files.writeString(temporary, text);
                            case Content.Secret(String text) -> Files.writeString(temporary, text);
                            case Content.SecretBytes data -> Files.write(temporary, data.bytes());
                            case Content.Artifact(Path file, _) -> copy(file, temporary);
                        }
                        Files.setPosixFilePermissions(temporary, permissions);
                        Files.move(
                                temporary,
                                path,
                                StandardCopyOption.ATOMIC_MOVE,
                                StandardCopyOption.REPLACE_EXISTING);
                    } finally {
                        Files.deleteIfExists(temporary);
                    }
                });
    }

    /** Not through links; what is mounted inside is an error. */
    void remove(Path path) {
        doing(
                "remove " + path,
                () -> {
                    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                        return;
                    }
                    List<String> mounts = mountsBelow(path);
                    if (!mounts.isEmpty()) {
                        throw new IOException("still mounted: " + String.join(", ", mounts));
                    }
                    Files.walkFileTree(path, new Removal());
                });
    }

    /**
     * Makes a directory that is named for its content: in a temporary place, then renamed. If it is
     * there already, or somebody else was faster, theirs is as good.
     */
    void make(Path directory, Consumer<Path> content) {
        doing(
                "make " + directory,
                () -> {
                    if (Files.exists(directory)) {
                        return;
                    }
                    makeDirectories(directory.toAbsolutePath().getParent(), permissions("0644"));
                    removeLeftovers(directory);
                    Path temporary = temporary(directory);
                    try {
                        content.accept(temporary);
                        Files.move(temporary, directory, StandardCopyOption.ATOMIC_MOVE);
                    } catch (IOException e) {
                        if (!Files.exists(directory)) {
                            throw e;
                        }
                    } finally {
                        if (Files.exists(temporary)) {
                            Files.walkFileTree(temporary, new Removal());
                        }
                    }
                });
    }

    private static void doing(String what, Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new CommandFailed(
                    Inventory.WORKSTATION,
                    what,
                    1,
                    e.toString(),
                    "See that the disk has room and that you may write there, then run the same command again.");
        }
    }

    private static List<String> mountsBelow(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        Path table = Path.of("/proc/self/mountinfo");
        if (parent == null || !Files.exists(table)) {
            return List.of();
        }
        Path real = parent.toRealPath().resolve(path.getFileName());
        return MountTable.parse(Files.readString(table, StandardCharsets.UTF_8))
                .below(real.toString());
    }

    /** Whoever may read the file may enter its directories, nobody else. */
    private static void makeDirectories(@Nullable Path directory, Set<PosixFilePermission> ofFile)
            throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        makeDirectories(directory.getParent(), ofFile);
        try {
            Files.createDirectory(directory);
            Files.setPosixFilePermissions(directory, ofDirectory(ofFile));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    private static Set<PosixFilePermission> ofDirectory(Set<PosixFilePermission> ofFile) {
        var permissions = EnumSet.copyOf(ofFile);
        permissions.addAll(PosixFilePermissions.fromString("rwx------"));
        if (ofFile.contains(PosixFilePermission.GROUP_READ)) {
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if (ofFile.contains(PosixFilePermission.OTHERS_READ)) {
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }

    private static Set<PosixFilePermission> permissions(String mode) {
        int bits = Integer.parseInt(mode, 8);
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // owner's read comes first
        for (int i = 0; i < all.length; i++) {
            if ((bits & (0400 >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var out = Files.newOutputStream(to)) {
            Files.copy(from, out);
        }
    }

    private static Path temporary(Path path) {
        return path.resolveSibling(
                ".%s.%d-%d"
                        .formatted(
                                path.getFileName(),
                                ProcessHandle.current().pid(),
                                SERIAL.incrementAndGet()));
    }

    /** What a process that was killed was writing for the same path. */
    private static void removeLeftovers(Path path) throws IOException {
        Pattern name =
                Pattern.compile(
                        "\\.%s\\.(\\d+)-\\d+".formatted(Pattern.quote(path.getFileName() + "")));
        try (var siblings = Files.list(path.toAbsolutePath().resolveSibling(""))) {
            for (Path sibling : siblings.toList()) {
                Matcher matcher = name.matcher(String.valueOf(sibling.getFileName()));
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    Files.walkFileTree(sibling, new Removal());
                }
            }
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
