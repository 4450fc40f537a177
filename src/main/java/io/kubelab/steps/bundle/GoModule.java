package io.kubelab.steps.bundle;

import io.kubelab.document.Node.Mark;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One Go module of {@code bundle/} and how it is built.
 *
 * @param name the item's name and its directory below {@code bundle/}
 * @param version of the module that its first tool is from, as go.mod has it ({@code v1.37.2});
 *     empty for a module whose program is its own; the directory of a working tree
 * @param packages import paths of the programs
 * @param variables Go variables that the linker fills ({@code -X})
 * @param tags build constraints that hold
 * @param cgo architectures (GOARCH) on which it has C in it
 * @param source what it is compiled from
 * @param mark where its version is pinned
 */
record GoModule(
        String name,
        String version,
        List<String> packages,
        Map<String, String> variables,
        List<String> tags,
        Set<String> cgo,
        GoSource source,
        Mark mark) {
    /** The last element of a module's path that only tells its major version. */
    private static final Pattern MAJOR = Pattern.compile("v[0-9]+");

    GoModule {
        packages = List.copyOf(packages);
        tags = List.copyOf(tags);
        cgo = Set.copyOf(cgo);
    }

    /** The same program, compiled from a working tree, whose own values its variables keep. */
    GoModule from(GoSource.Directory tree) {
        return new GoModule(
                name,
                tree.directory().toString(),
                packages.stream().map(p -> "./cmd/" + program(p)).toList(),
                Map.of(),
                tags,
                cgo,
                tree,
                mark);
    }

    /**
     * The same programs, as their project publishes them.
     *
     * @param place where they are pinned
     */
    GoModule from(GoSource.Fetched release, String place) {
        return new GoModule(
                name,
                release.version(),
                release.files().stream().flatMap(f -> f.programs().stream()).toList(),
                Map.of(),
                List.of(),
                Set.of(),
                release,
                Mark.option(place));
    }

    /** A CNI plugin of one's own: a package that is compiled from where it lies. */
    static GoModule plugin(String name, GoSource.Directory tree) {
        return new GoModule(
                name,
                tree.directory().toString(),
                List.of("."),
                Map.of(),
                List.of(),
                Set.of(),
                tree,
                Mark.option("cni_plugins"));
    }

    /** File names of what its build writes (cmd/go's DefaultExecName). */
    Set<String> programs() {
        return packages.stream().map(this::program).collect(Collectors.toSet());
    }

    private String program(String path) {
        List<String> elements = List.of(path.split("/", -1));
        boolean major = MAJOR.matcher(elements.getLast()).matches() && elements.size() > 1;
        return path.equals(".") ? name : elements.get(elements.size() - (major ? 2 : 1));
    }
}
