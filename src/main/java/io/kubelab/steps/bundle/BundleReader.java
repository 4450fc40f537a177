package io.kubelab.steps.bundle;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import io.kubelab.document.Spelling;
import io.kubelab.failure.InvalidInput;
import io.kubelab.settings.BundleSettings;
import io.kubelab.settings.BundleSettings.BundleSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads {@code bundle/}; every problem of every file is reported at once. */
final class BundleReader {
    private static final String PINS = "bundle.yml";
    private static final String AUTO = "auto";
    private static final String NAMES = "package-names.yml";
    private static final String PACKAGES = "/packages.yml";
    private static final String SCRIPT = "/disk.sh";

    /** What root file systems are made of, and nodes of the same family install. */
    private static final String APT = "apt";

    /** Where node/packages.yml has what machines that no root file system of ours is under need. */
    private static final String DNF = "dnf";

    /** The item that the setting {@code multus_source} is about. */
    private static final String MULTUS_SOURCE = "multus_source";

    private final Documents documents;
    private final Map<String, String> files;
    private final BundleSettings settings;
    private final Problems problems = new Problems();
    private final RecordBinder binder = new RecordBinder(problems);
    private ReleasePins releases = ReleasePins.NONE;

    /** bundle.yml as it is written. */
    record Pins(
            Map<String, GoPin> go,
            Map<String, Map<String, List<String>>> layers,
            Map<String, DiskPin> disks,
            Map<String, ImagePin> images) {}

    record DiskPin(String root, String layer) {}

    record GoPin(Map<String, String> variables, List<String> tags, List<String> cgo) {}

    record ImagePin(
            String reference,
            List<String> entrypoint,
            Optional<String> root,
            Map<String, String> programs) {}

    /**
     * A packages.yml.
     *
     * @param addsTo another root file system, whose packages this one has too
     */
    record PackageList(Optional<String> addsTo, List<String> packages) {}

    /** What nodes of the dnf family install. */
    record GuestPackages(List<String> packages) {}

    private BundleReader(Documents documents, Map<String, String> files, BundleSettings settings) {
        this.documents = documents;
        this.files = files;
        this.settings = settings;
    }

    /**
     * @param files path below {@code bundle/} → text
     * @throws InvalidInput with all problems
     */
    static Bundle read(Documents documents, Map<String, String> files, BundleSettings settings) {
        return new BundleReader(documents, files, settings).bundle();
    }

    private Bundle bundle() {
        Mapping document = document(PINS);
        Pins pins =
                binder.bind(Pins.class, document)
                        .orElseThrow(() -> new InvalidInput(problems.all()));
        if (settings.bundleSource() == BundleSource.RELEASED) {
            releases =
                    ReleasePins.read(
                            document(ReleasePins.FILE, ReleasePins.place(settings)),
                            pins.go().keySet(),
                            pins.images().keySet(),
                            problems);
            problems.throwIfAny();
        }
        var versions = new Versions();
        pins.go().keySet().forEach(item -> versions.add(item, goMod(item, document)));

        var go = new LinkedHashMap<String, GoModule>();
        pins.go()
                .forEach((item, pin) ->
                        go.put(item, goModule(item, pin, versions, mark(document, "go", item))));
        var roots = roots();
        pins.layers()
                .forEach((item, places) ->
                        places.values()
                                .forEach(programs ->
                                        refuseUnknown(
                                                programs, go, mark(document, "layers", item))));
        var disks = new LinkedHashMap<String, DiskParts>();
        pins.disks()
                .forEach((item, pin) -> {
                    Mark mark = mark(document, "disks", item);
                    refuseUnknown("packages.yml", pin.root(), roots.keySet(), mark);
                    refuseUnknown("layers", pin.layer(), pins.layers().keySet(), mark);
                    disk(item, pin, mark).ifPresent(disk -> disks.put(item, disk));
                });
        var images = new LinkedHashMap<String, ImageParts>();
        pins.images()
                .forEach((item, pin) -> {
                    Mark mark = mark(document, "images", item);
                    ReleasePins.Image release = releases.images().get(item);
                    if (release != null) {
                        images.put(item, published(item, release, mark));
                        return;
                    }
                    refuseUnknown(pin.programs().values(), go, mark);
                    pin.root()
                            .ifPresent(root ->
                                    refuseUnknown("packages.yml", root, roots.keySet(), mark));
                    images.put(item, image(item, pin, versions, mark));
                });
        List<String> dnfPackages = dnfPackages();
        problems.throwIfAny();
        return new Bundle(
                go,
                roots,
                pins.layers(),
                disks,
                images,
                ownPlugins(),
                dnfPackages,
                idle(pins, images));
    }

    /** Go modules of which nothing but images is made that are fetched. */
    private static Set<String> idle(Pins pins, Map<String, ImageParts> images) {
        var idle = new TreeSet<String>();
        pins.images().values().forEach(i -> idle.addAll(items(i.programs().values())));
        pins.layers()
                .values()
                .forEach(places -> places.values().forEach(p -> idle.removeAll(items(p))));
        images.values().forEach(i -> idle.removeAll(items(i.programs().values())));
        return idle;
    }

    private static List<String> items(Collection<String> programs) {
        return programs.stream().map(p -> p.replaceFirst("/.*", "")).toList();
    }

    private Optional<DiskParts> disk(String item, DiskPin pin, Mark mark) {
        String path = pin.root() + SCRIPT;
        String text = files.get(path);
        if (text == null) {
            problems.add(mark, "there is no bundle/" + path);
            return Optional.empty();
        }
        return Optional.of(
                new DiskParts(item, pin.root(), pin.layer(), path, Digest.of(List.of(text))));
    }

    private void refuseUnknown(String where, String item, Set<String> known, Mark mark) {
        if (!known.contains(item)) {
            problems.add(
                    mark,
                    "there is no item '%s' in the bundle's %s%s"
                            .formatted(item, where, Spelling.hint(item, known)));
        }
    }

    private GoMod goMod(String item, Mapping document) {
        String text = files.get(item + "/go.mod");
        if (text == null) {
            problems.add(
                    mark(document, "go", item), "there is no bundle/%s/go.mod".formatted(item));
        }
        GoMod mod = GoMod.parse(text == null ? "" : text);
        return switch (source(item, mod)) {
            case GoSource.Released release -> mod.at(release.version());
            case GoSource.Fetched release -> mod.at(release.version());
            case GoSource.Pinned _, GoSource.Directory _ -> mod;
        };
    }

    /** What the settings and {@code bundle/} say that an item is compiled from. */
    private GoSource source(String item, GoMod mod) {
        String wanted = item.equals(Artifacts.MULTUS) ? settings.multusSource() : AUTO;
        if (wanted.startsWith("/")) {
            return tree(MULTUS_SOURCE, wanted);
        }
        if (!wanted.equals(AUTO)) {
            return new GoSource.Released(
                    mod.built().map(GoMod.Requirement::module).orElse(""),
                    wanted.startsWith("v") ? wanted : "v" + wanted);
        }
        Optional<GoSource.Fetched> release = releases.programs(item, settings);
        return release.isPresent() ? release.get() : new GoSource.Pinned(digest(item));
    }

    private static GoSource.Directory tree(String setting, String directory) {
        Path path = Path.of(directory).normalize();
        return new GoSource.Directory(path, SourceTree.digest(setting, path));
    }

    private String digest(String item) {
        var parts = new ArrayList<String>();
        files.forEach((path, text) -> {
            if (path.startsWith(item + "/")) {
                parts.add(path);
                parts.add(text);
            }
        });
        return Digest.of(parts);
    }

    private List<GoModule> ownPlugins() {
        var plugins = new ArrayList<GoModule>();
        settings.cniPlugins()
                .forEach((name, directory) ->
                        plugins.add(GoModule.plugin(name, tree("cni_plugins." + name, directory))));
        return List.copyOf(plugins);
    }

    private GoModule goModule(String item, GoPin pin, Versions versions, Mark mark) {
        GoMod mod = versions.mod(item);
        var variables = new LinkedHashMap<String, String>();
        pin.variables()
                .forEach(
                        (name, value) -> variables.put(name, versions.fill(value, mark, problems)));
        GoSource source = source(item, mod);
        var module =
                new GoModule(
                        item,
                        mod.built().map(GoMod.Requirement::version).orElse(""),
                        mod.tools().isEmpty() ? List.of(".") : mod.tools(),
                        variables,
                        pin.tags(),
                        Set.copyOf(pin.cgo()),
                        source,
                        new Mark(
                                "bundle/" + item + "/go.mod",
                                mod.built().map(GoMod.Requirement::line).orElse(1),
                                1));
        return switch (source) {
            case GoSource.Directory tree -> module.from(tree);
            case GoSource.Fetched release -> module.from(release, ReleasePins.place(settings));
            case GoSource.Pinned _, GoSource.Released _ -> module;
        };
    }

    private ImageParts image(String item, ImagePin pin, Versions versions, Mark mark) {
        String reference = versions.fill(pin.reference(), mark, problems);
        refuseOther(reference, mark);
        return new ImageParts(
                item, reference, pin.entrypoint(), pin.root(), pin.programs(), Optional.empty());
    }

    /** The image as its project publishes it. */
    private ImageParts published(String item, ReleasePins.Image pin, Mark mark) {
        refuseOther(pin.reference(), mark);
        return new ImageParts(
                item,
                pin.reference(),
                List.of(),
                Optional.empty(),
                Map.of(),
                Optional.of(ReleasePins.image(pin.reference(), pin.digest(), settings)));
    }

    private void refuseOther(String reference, Mark mark) {
        if (!reference.matches("[^/]+/[^:]+:[^/:]+")) {
            problems.add(
                    mark,
                    "'reference' must name host, repository and tag (example.org/a/b:v1), not '%s'"
                            .formatted(reference));
        }
    }

    /** Programs ({@code item/program}) that no module builds are problems. */
    private void refuseUnknown(Iterable<String> programs, Map<String, GoModule> go, Mark mark) {
        for (String program : programs) {
            GoModule module = go.get(program.replaceFirst("/.*", ""));
            if (module == null
                    || !module.programs().contains(program.substring(module.name().length() + 1))) {
                problems.add(mark, "no Go module of the bundle builds '%s'".formatted(program));
            }
        }
    }

    private Map<String, RootPackages> roots() {
        var roots = new LinkedHashMap<String, RootPackages>();
        var additions = new LinkedHashMap<String, PackageList>();
        for (String file : files.keySet()) {
            if (file.endsWith(PACKAGES)) {
                String item = file.substring(0, file.length() - PACKAGES.length());
                packages(document(file))
                        .ifPresent(list -> {
                            String suite = settings.nodeDistribution().suite();
                            roots.put(item, new RootPackages(item, suite, all(item, list)));
                            list.addsTo().ifPresent(_ -> additions.put(item, list));
                        });
            }
        }
        additions.forEach((item, list) -> {
            String base = list.addsTo().orElseThrow();
            refuseUnknown("packages.yml", base, roots.keySet(), document(item + PACKAGES).mark());
            Optional.ofNullable(roots.get(base))
                    .ifPresent(b -> roots.compute(item, (_, own) -> own == null ? b : own.and(b)));
        });
        return roots;
    }

    private Optional<PackageList> packages(Mapping document) {
        return list(document, APT).flatMap(mapping -> binder.bind(PackageList.class, mapping));
    }

    private Optional<Mapping> list(Mapping document, String family) {
        Optional<Node> list = document.get(family);
        if (list.isPresent() && list.get() instanceof Mapping mapping) {
            return Optional.of(mapping);
        }
        problems.add(document.mark(), "'%s' is not here, with its 'packages'".formatted(family));
        return Optional.empty();
    }

    /** With the optional packages, whose names are that family's. */
    private List<String> dnfPackages() {
        Optional<GuestPackages> list =
                list(document(Artifacts.NODE + PACKAGES), DNF)
                        .flatMap(mapping -> binder.bind(GuestPackages.class, mapping));
        return Stream.concat(
                        list.map(GuestPackages::packages).orElse(List.of()).stream(),
                        settings.optionalPackages().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** For nodes with the optional packages, under Debian's names. */
    private List<String> all(String item, PackageList list) {
        var all = new ArrayList<>(list.packages());
        if (item.equals(Artifacts.NODE)) {
            Mapping names = document(NAMES);
            for (String wanted : settings.optionalPackages()) {
                if (names.get(wanted).isPresent()) {
                    for (Node name : names.list(wanted)) {
                        name.text().ifPresent(all::add);
                    }
                } else {
                    all.add(wanted);
                }
            }
        }
        return all;
    }

    private Mapping document(String name) {
        return document(name, "bundle/" + name);
    }

    private Mapping document(String name, String place) {
        String text = files.get(name);
        if (text == null) {
            throw new InvalidInput(place, "there is no such file");
        }
        List<Node> parsed = documents.parse(place, text);
        if (parsed.size() == 1 && parsed.getFirst() instanceof Mapping mapping) {
            return mapping;
        }
        throw new InvalidInput(place, "must be one mapping");
    }

    private static Mark mark(Mapping document, String... path) {
        return document.at(path).map(Node::mark).orElse(document.mark());
    }
}
