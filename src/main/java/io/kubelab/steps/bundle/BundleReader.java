package io.kubelab.steps.bundle;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.settings.BundleSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code bundle/}; every problem of every file is reported at once. */
final class BundleReader {
    private static final String PINS = "bundle.yml";
    private static final String NAMES = "package-names.yml";
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}.]*)(?:\\.([^}]*))?}");

    private final Documents documents;
    private final Map<String, String> files;
    private final BundleSettings settings;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, String> versions = new LinkedHashMap<>();

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
        Node pins = document(PINS);
        known(pins, Set.of("go", "layers", "images"));
        var go = new LinkedHashMap<String, GoModule>();
        // versions first: any item may name any other's
        entries(pins, "go")
                .forEach(e ->
                        goMod(e.key())
                                .built()
                                .ifPresent(r -> versions.put(e.key().text(), r.version())));
        entries(pins, "go").forEach(e -> go.put(e.key().text(), goModule(e)));
        var roots = new LinkedHashMap<String, RootPackages>();
        for (String file : files.keySet()) {
            if (file.endsWith("/packages.yml")) {
                String name = file.substring(0, file.indexOf('/'));
                root(name, document(file)).ifPresent(r -> roots.put(name, r));
            }
        }
        var layers = new LinkedHashMap<String, Map<String, List<String>>>();
        for (Entry layer : entries(pins, "layers")) {
            var directories = new LinkedHashMap<String, List<String>>();
            entries(layer.value())
                    .forEach(e -> directories.put(e.key().text(), programs(texts(e.value()), go)));
            layers.put(layer.key().text(), directories);
        }
        var images = new LinkedHashMap<String, ImageParts>();
        entries(pins, "images").forEach(e -> images.put(e.key().text(), image(e, go, roots)));
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return new Bundle(go, roots, layers, images);
    }

    private GoModule goModule(Entry entry) {
        Scalar name = entry.key();
        known(entry.value(), Set.of("variables", "tags", "cgo"));
        GoMod mod = goMod(name);
        var variables = new LinkedHashMap<String, String>();
        entries(entry.value(), "variables")
                .forEach(v -> variables.put(v.key().text(), filled(scalar(v.value()))));
        var sources = new ArrayList<String>();
        files.forEach((path, text) -> {
            if (path.startsWith(name.text() + "/")) {
                sources.add(path);
                sources.add(text);
            }
        });
        return new GoModule(
                name.text(),
                mod.built().map(GoMod.Requirement::version).orElse(""),
                mod.tools().isEmpty() ? List.of(".") : mod.tools(),
                variables,
                strings(entry.value(), "tags"),
                Set.copyOf(strings(entry.value(), "cgo")),
                Digest.of(sources),
                new Mark(
                        "bundle/" + name.text() + "/go.mod",
                        mod.built().map(GoMod.Requirement::line).orElse(1),
                        1));
    }

    private GoMod goMod(Scalar item) {
        String text = files.get(item.text() + "/go.mod");
        if (text == null) {
            problem(item, "there is no bundle/%s/go.mod".formatted(item.text()));
        }
        return GoMod.parse(text == null ? "" : text);
    }

    private Optional<RootPackages> root(String name, Node document) {
        Optional<Node> distribution = document.at(settings.nodeDistribution());
        if (distribution.isEmpty()) {
            problems.add(
                    new Problem(
                            "node_distribution",
                            "there are no packages for '%s' in bundle/%s/packages.yml; it has %s"
                                    .formatted(settings.nodeDistribution(), name, keys(document))));
            return Optional.empty();
        }
        known(distribution.get(), Set.of("suite", "packages"));
        var packages = new ArrayList<>(strings(distribution.get(), "packages"));
        if (name.equals(Artifacts.NODE)) {
            Node names = document(NAMES);
            for (String wanted : settings.optionalPackages()) {
                Optional<Node> other = names.at(settings.nodeDistribution(), wanted);
                packages.addAll(
                        other.map(o -> texts(o).stream().map(Scalar::text).toList())
                                .orElse(List.of(wanted)));
            }
        }
        return Optional.of(
                new RootPackages(name, distribution.get().text("suite").orElse(""), packages));
    }

    private ImageParts image(
            Entry entry, Map<String, GoModule> go, Map<String, RootPackages> roots) {
        Node value = entry.value();
        known(value, Set.of("reference", "entrypoint", "root", "programs"));
        String reference = value.at("reference").map(r -> filled(scalar(r))).orElse("");
        if (!reference.matches("[^/]+/.+:[^/:]+")) {
            problem(
                    entry.key(),
                    "'reference' must name host, repository and tag: example.org/a/b:v1");
        }
        var programs = new LinkedHashMap<String, String>();
        for (Entry program : entries(value, "programs")) {
            programs(List.of(scalar(program.value())), go)
                    .forEach(p -> programs.put(program.key().text(), p));
        }
        Optional<Scalar> root = value.at("root").map(this::scalar);
        root.filter(r -> !roots.containsKey(r.text()))
                .ifPresent(
                        r -> problem(r, "there is no bundle/%s/packages.yml".formatted(r.text())));
        return new ImageParts(
                entry.key().text(),
                reference,
                strings(value, "entrypoint"),
                root.map(Scalar::text),
                programs);
    }

    /** Names of programs ({@code item/program}), checked. */
    private List<String> programs(List<Scalar> names, Map<String, GoModule> go) {
        for (Scalar name : names) {
            String item =
                    name.text().contains("/")
                            ? name.text().substring(0, name.text().indexOf('/'))
                            : "";
            GoModule module = go.get(item);
            if (module == null
                    || !Artifacts.programs(module)
                            .contains(name.text().substring(item.length() + 1))) {
                problem(name, "no Go module of the bundle builds '%s'".formatted(name.text()));
            }
        }
        return names.stream().map(Scalar::text).toList();
    }

    /** The text with versions in the place of {@code ${item}}. */
    private String filled(Scalar scalar) {
        Matcher matcher = PLACEHOLDER.matcher(scalar.text());
        var text = new StringBuilder();
        while (matcher.find()) {
            String version = versions.get(matcher.group(1));
            Optional<String> part =
                    Optional.ofNullable(version)
                            .flatMap(v -> part(v, Optional.ofNullable(matcher.group(2))));
            if (part.isEmpty()) {
                problem(scalar, "'%s' is not the version of an item".formatted(matcher.group()));
            }
            matcher.appendReplacement(text, Matcher.quoteReplacement(part.orElse("")));
        }
        return matcher.appendTail(text).toString();
    }

    private static Optional<String> part(String version, Optional<String> part) {
        String number = version.startsWith("v") ? version.substring(1) : version;
        List<String> parts = List.of(number.split("\\."));
        return switch (part.orElse("")) {
            case "" -> Optional.of(version);
            case "number" -> Optional.of(number);
            case "major" -> Optional.of(parts.getFirst());
            case "minor" -> Optional.of(parts.get(Math.min(1, parts.size() - 1)));
            default -> Optional.empty();
        };
    }

    private Node document(String name) {
        String text = files.get(name);
        if (text == null) {
            throw new InvalidInput("bundle/" + name, "there is no such file");
        }
        return documents.parse("bundle/" + name, text).getFirst();
    }

    private List<Entry> entries(Node parent, String key) {
        return parent.at(key).map(this::entries).orElse(List.of());
    }

    private List<Entry> entries(Node node) {
        if (node instanceof Mapping mapping) {
            return mapping.entries();
        }
        problem(node, "is not a mapping");
        return List.of();
    }

    private List<Scalar> texts(Node node) {
        if (node instanceof Node.Sequence sequence) {
            return sequence.items().stream().map(this::scalar).toList();
        }
        problem(node, "is not a list");
        return List.of();
    }

    private List<String> strings(Node parent, String key) {
        return parent.at(key)
                .map(n -> texts(n).stream().map(Scalar::text).toList())
                .orElse(List.of());
    }

    private Scalar scalar(Node node) {
        if (node instanceof Scalar scalar) {
            return scalar;
        }
        problem(node, "is not a text");
        return new Scalar("", true, node.mark());
    }

    private void known(Node node, Set<String> keys) {
        for (Entry entry : entries(node)) {
            if (!keys.contains(entry.key().text())) {
                problem(
                        entry.key(),
                        "unknown key '%s'; there are %s"
                                .formatted(
                                        entry.key().text(),
                                        String.join(", ", keys.stream().sorted().toList())));
            }
        }
    }

    private static String keys(Node node) {
        return node instanceof Mapping mapping
                ? String.join(", ", mapping.entries().stream().map(e -> e.key().text()).toList())
                : "none";
    }

    private void problem(Node node, String what) {
        problems.add(new Problem(node.mark().toString(), what));
    }
}
