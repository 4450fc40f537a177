package io.kubelab.steps.bundle;

import io.kubelab.failure.InvalidInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything that Go may read when it compiles a package of somebody's working tree: all files of
 * the module, whatever their names (programs can embed any), but for hidden directories, and those
 * of the directories that its go.mod puts in the place of other modules.
 */
final class SourceTree {
    private static final String GO_MOD = "go.mod";

    private SourceTree() {}

    /**
     * A digest of all of it.
     *
     * @param setting that names the directory
     * @throws InvalidInput if there is no such directory, or no Go module is there
     */
    static String digest(String setting, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new InvalidInput(
                    setting,
                    "there is no directory %s; 'kubelab settings' shows where the setting comes from"
                            .formatted(directory));
        }
        var modules = new LinkedHashSet<Path>();
        add(module(setting, directory.normalize()), modules);
        var parts = new ArrayList<String>();
        try {
            for (Path module : modules) {
                parts.add(module.relativize(directory).toString());
                for (Path file : files(module)) {
                    parts.add(module.relativize(file).toString());
                    parts.add(UnrecordedContents.sha256(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Digest.of(parts);
    }

    private static Path module(String setting, Path directory) {
        for (Path at = directory; at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(GO_MOD))) {
                return at;
            }
        }
        throw new InvalidInput(
                setting,
                "%s is in no Go module: there is no go.mod there or above".formatted(directory));
    }

    /** The module, and what its go.mod replaces others by; those count for the main module only. */
    private static void add(Path module, Set<Path> modules) {
        modules.add(module);
        try {
            for (String path : GoMod.parse(Files.readString(module.resolve(GO_MOD))).local()) {
                Path other = module.resolve(path).normalize();
                if (Files.isDirectory(other)) {
                    modules.add(other);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<Path> files(Path module) throws IOException {
        var files = new TreeSet<Path>();
        Files.walkFileTree(
                module,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path d, BasicFileAttributes as) {
                        boolean hidden =
                                !d.equals(module)
                                        && String.valueOf(d.getFileName()).startsWith(".");
                        return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes as) {
                        if (Files.isRegularFile(file)) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return files;
    }
}
