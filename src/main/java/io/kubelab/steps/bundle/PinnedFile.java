package io.kubelab.steps.bundle;

import java.util.List;

/**
 * A file that a project publishes: a program, or an archive of programs.
 *
 * @param url where it is, mirrors considered
 * @param sha256 lower-case hex
 * @param members paths in the archive, each of a program that is called as its file is; empty: it
 *     is a program itself
 */
record PinnedFile(String url, String sha256, List<String> members) {
    PinnedFile {
        members = List.copyOf(members);
    }

    /** Names of the programs. */
    List<String> programs() {
        return members.isEmpty()
                ? List.of(name(url))
                : members.stream().map(PinnedFile::name).toList();
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
