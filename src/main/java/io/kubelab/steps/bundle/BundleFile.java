package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.step.Fact;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Artifacts as one tar file, for a place that can't build them. Its first member lists all files
 * with their digests, as sha256sum(1) writes and checks them; paths are those of the cache.
 */
final class BundleFile {
    /** Name of the first member. */
    static final String LIST = "kubelab-bundle";

    private BundleFile() {}

    /** Where the setting {@code bundle_file} says it is, seen from where kubelab was called. */
    static Path of(Target target) {
        return Path.of(target.settings().bundle().bundleFile());
    }

    /**
     * @param sha256 lower-case hex
     * @param path below the cache: {@code go/etcd-805c94be3d11ecae/server}
     */
    record Member(String sha256, String path) {
        /** The artifact that it is a part of: {@code go/etcd-805c94be3d11ecae}. */
        String artifact() {
            return path.substring(0, path.indexOf('/', path.indexOf('/') + 1));
        }
    }

    /** What a bundle file holds. */
    record Listing(List<Member> members) {
        Listing {
            members = List.copyOf(members);
        }

        /** Of these artifacts, which have to be in the cache. */
        static Listing of(List<Slot> slots, Artifacts artifacts) {
            var members = new ArrayList<Member>();
            for (Slot slot : slots) {
                Contents contents = artifacts.contents(slot).orElseThrow();
                String written = new Content.Text(contents.text()).sha256();
                members.add(new Member(written, slot.path(Contents.FILE)));
                contents.entries()
                        .forEach(e -> members.add(new Member(e.sha256(), slot.path(e.path()))));
            }
            return new Listing(members);
        }

        /** In the order in which a file lists them as well as in that of the settings. */
        Listing sorted() {
            return new Listing(
                    members.stream().sorted(Comparator.comparing(Member::path)).toList());
        }

        boolean has(Slot slot) {
            return members.stream().anyMatch(m -> m.artifact().equals(slot.path()));
        }

        Listing only(List<Slot> slots) {
            List<String> wanted = slots.stream().map(Slot::path).toList();
            return new Listing(
                    members.stream().filter(m -> wanted.contains(m.artifact())).toList());
        }

        String text() {
            return members.stream()
                    .map(m -> "%s  %s\n".formatted(m.sha256(), m.path()))
                    .collect(Collectors.joining());
        }
    }

    /** What a file says that it holds; empty: there is none, or it is no bundle. */
    record Listed(Path file) implements Fact.OfHost<Optional<Listing>> {
        @Override
        public Command command() {
            // a tar file is read until its first member of this name has been found
            return Command.of(
                    "tar", "--extract", "--to-stdout", "--occurrence", "--file=" + file, LIST);
        }

        @Override
        public Optional<Listing> parse(CommandResult result) {
            var members = new ArrayList<Member>();
            for (String line : result.out().lines().toList()) {
                String[] words = line.split("  ", 2);
                if (words.length != 2
                        || !words[0].matches("[0-9a-f]{64}")
                        || !words[1].matches("(go|root|layer|disk|image)/[^/]+/.+")
                        || Path.of(words[1]).normalize().compareTo(Path.of(words[1])) != 0) {
                    return Optional.empty();
                }
                members.add(new Member(words[0], words[1]));
            }
            return result.ok() && !members.isEmpty()
                    ? Optional.of(new Listing(members))
                    : Optional.empty();
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(1);
        }
    }
}
