package io.kubelab.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Problems;
import io.kubelab.document.RecordBinder;
import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.render.Templates;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Lab;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One file of {@code cases/}, and what it takes to ask its question. */
final class StepCase {
    private static final Set<String> KEYS =
            Set.of(
                    "arguments",
                    "host",
                    "on",
                    "settings",
                    "notices",
                    "facts",
                    "state",
                    "others",
                    "templates",
                    "machines",
                    "networks",
                    "cluster",
                    "files",
                    "images",
                    "in_order",
                    "needs",
                    "pending",
                    "fails",
                    "mutation");
    private static final List<String> ANSWERS = List.of("in_order", "needs", "pending", "fails");

    /** Whose case it is, the lab has it: a worker that kubelab didn't make. */
    private static final String BARE_HOST = "bare-1";

    private final Mapping said;
    private final Lab lab;
    private final Target target;

    /** Files that every case's home has. */
    private static final Path SAMPLE_HOME = Path.of("src/test/resources/home");

    private final Step step;
    private final Renderings templates;

    /**
     * @param settings the sample lab's, flat
     * @param below an empty directory that may be filled
     */
    StepCase(
            Path file,
            Class<? extends Step> type,
            Mapping settings,
            Templates templates,
            Path below)
            throws IOException {
        String text = Files.readString(file);
        for (String place : SampleLab.placeholders()) {
            text = text.replace("<" + place + ">", below.resolve(place).toString());
        }
        said = (Mapping) Yaml.parse(file.toString(), text).getFirst();
        for (Entry entry : said.entries()) {
            if (!KEYS.contains(entry.key().text())) {
                throw new IllegalArgumentException(
                        "%s: unknown key '%s', known are %s"
                                .formatted(entry.key().mark(), entry.key().text(), KEYS));
            }
        }
        if (ANSWERS.stream().filter(a -> said.get(a).isPresent()).count() != 1) {
            throw new IllegalArgumentException(file + ": exactly one of " + ANSWERS);
        }
        String name = said.text("host").orElse("kube-master");
        Lab sample = SampleLab.of(SampleLab.over(settings, mapping(said, "settings")), below);
        lab = name.equals(BARE_HOST) ? SampleLab.withBareHost(sample, name) : sample;
        Host host = lab.inventory().host(name);
        Host place = said.text("on").map(lab.inventory()::host).orElse(host);
        this.templates = new Renderings(ownTemplates(below).orElse(templates));
        step = arguments(type, mapping(said, "arguments"));
        target =
                new Target(
                        host,
                        place,
                        lab,
                        new World(place, said, this.templates),
                        this.templates,
                        new SampleDiscs(),
                        Yaml.DOCUMENTS);
    }

    private static Step arguments(Class<? extends Step> type, Mapping arguments) {
        var problems = new Problems();
        var bound = new RecordBinder(problems).bind(type.asSubclass(Record.class), arguments);
        problems.throwIfAny();
        return (Step) bound.orElseThrow();
    }

    /** Templates that the case brings along, for steps that render any. */
    private Optional<Templates> ownTemplates(Path below) throws IOException {
        if (said.get("templates").isEmpty()) {
            return Optional.empty();
        }
        Path directory = below.resolve("templates");
        for (Entry entry : mapping(said, "templates").entries()) {
            Path file = directory.resolve(entry.key().text() + ".ftl");
            Files.createDirectories(file.getParent());
            Files.writeString(file, ((Scalar) entry.value()).text());
        }
        return Optional.of(new FreemarkerTemplates(directory));
    }

    boolean isInOrder() {
        return said.get("in_order").isPresent();
    }

    /** Something is to be done or told. */
    boolean isChange() {
        return !isInOrder() || !notices(said).isEmpty();
    }

    private static List<String> notices(Mapping of) {
        return of.list("notices").stream().flatMap(n -> n.text().stream()).toList();
    }

    Optional<Mapping> mutation() {
        return said.get("mutation").map(Mapping.class::cast);
    }

    /** The step answers what the case says. */
    void check() {
        assertThat(step.title()).as("title").isNotBlank();
        lay(said);
        if (said.get("fails").isPresent()) {
            checkFailure(said, target);
        } else {
            compare(said, step.diff(target));
        }
        assertThat(((World) target.facts()).unused())
                .as("facts of the case that the step never asks for")
                .isEmpty();
    }

    private void checkFailure(Mapping wanted, Target asked) {
        assertThatThrownBy(() -> step.diff(asked))
                .isInstanceOf(LabException.class)
                .satisfies(e ->
                        assertThat(e.getClass().getSimpleName())
                                .isEqualTo(wanted.text("fails", "kind").orElseThrow()))
                .hasMessageContaining(wanted.text("fails", "says").orElseThrow());
    }

    /** The step sees the one fact that the mutation changes. */
    void checkMutation() {
        Mapping mutation = mutation().orElseThrow();
        assertThat(mutation.text("what")).as("what the mutation is").isPresent();
        Mapping world = World.mutated(said, mutation);
        lay(world);
        var mutated =
                new Target(
                        target.host(),
                        target.place(),
                        lab,
                        new World(target.place(), world, templates),
                        templates,
                        new SampleDiscs(),
                        Yaml.DOCUMENTS);
        if (mutation.get("fails").isPresent()) {
            checkFailure(mutation, mutated);
            return;
        }
        Diff diff = step.diff(mutated);
        if (isInOrder()) {
            assertThat(diff instanceof Diff.InOrder i && i.notices().equals(notices(said)))
                    .as("nothing is to be done or told after: " + mutation.text("what").get())
                    .isFalse();
        }
        if (ANSWERS.stream().anyMatch(a -> mutation.get(a).isPresent())) {
            compare(mutation, diff);
        } else if (!isInOrder()) {
            throw new IllegalArgumentException(
                    mutation.mark()
                            + ": the mutation of a case with changes says what is answered");
        }
    }

    private void compare(Mapping wanted, Diff diff) {
        switch (diff) {
            case Diff.InOrder(String why, List<String> notices) -> {
                assertThat(why).isEqualTo(answer(wanted, diff, "in_order"));
                assertThat(notices).as("notices").isEqualTo(notices(wanted));
            }
            case Diff.Needs(List<Change> changes) -> {
                answer(wanted, diff, "needs");
                List<Node> items = wanted.list("needs");
                assertThat(changes.stream().map(Change::shown).toList())
                        .as("changes")
                        .isEqualTo(items.stream().map(StepCase::shown).toList());
                for (int i = 0; i < changes.size(); i++) {
                    details(items.get(i), changes.get(i));
                }
            }
            case Diff.Pending pending -> {
                answer(wanted, diff, "pending");
                assertThat(pending.remedy()).as("remedy").isNotBlank();
                Node said = wanted.get("pending").orElseThrow();
                var found = new LinkedHashMap<String, Object>();
                found.put("what", pending.what());
                found.put("patience", pending.patience());
                found.put("wake", wake(pending.wakeBy()));
                assertThat(Yaml.missing(said, Records.node(found), "pending")).isEmpty();
            }
        }
    }

    private static String wake(Diff.Wake wake) {
        return switch (wake) {
            case Diff.Wake.ClusterEvent(String apiVersion, String kind, String namespace) ->
                    "ClusterEvent %s %s %s".formatted(apiVersion, kind, namespace).strip();
            case Diff.Wake.MachineEvent() -> "MachineEvent";
            case Diff.Wake.Every(var interval) -> "every " + interval.toMillis() + " ms";
        };
    }

    private static String answer(Mapping wanted, Diff diff, String key) {
        assertThat(wanted.get(key)).as("the answer is " + diff).isPresent();
        return wanted.text(key).orElse("");
    }

    private static String shown(Node item) {
        return item instanceof Mapping m
                ? m.entries().getFirst().key().text()
                : ((Scalar) item).text();
    }

    private void details(Node item, Change change) {
        Optional<Mapping> said =
                item instanceof Mapping m
                        ? Optional.of((Mapping) m.entries().getFirst().value())
                        : Optional.empty();
        String written =
                switch (change) {
                    case Change.PutFile _, Change.WriteLocalFile _ -> "content";
                    case Change.Apply _ -> "manifest";
                    default -> "";
                };
        if (!written.isEmpty()) {
            assertThat(said.flatMap(m -> m.get(written)))
                    .as("'%s' of: %s\n%s", written, change.shown(), change)
                    .isPresent();
        }
        Mapping actual = Records.components((Record) change);
        for (Entry detail : said.orElse(Yaml.empty()).entries()) {
            String name = detail.key().text();
            String path = change.shown() + ": " + name;
            Node found =
                    actual.get(name)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "%s: no '%s' in %s"
                                                    .formatted(
                                                            detail.key().mark(),
                                                            name,
                                                            Yaml.shown(actual))));
            assertThat(differences(name, detail.value(), found, path)).isEmpty();
        }
    }

    private List<String> differences(String name, Node wanted, Node found, String path) {
        if (wanted.text("template").isPresent()) {
            String template = wanted.text("template").orElseThrow();
            String rendered = templates.of(template);
            boolean same =
                    "manifest".equals(name)
                            ? documents(rendered)
                                    .contains(Yaml.shown(documents((Scalar) found).getFirst()))
                            : found.text().equals(Optional.of(rendered));
            return same
                    ? List.of()
                    : List.of(
                            "%s is not what %s rendered:\n%s\nbut:\n%s"
                                    .formatted(path, template, rendered, Yaml.shown(found)));
        }
        if (wanted.at("contains").isPresent()) {
            String text = found.text().or(() -> found.text("secret")).orElse("");
            return wanted.list("contains").stream()
                    .map(n -> ((Scalar) n).text())
                    .filter(part -> !text.contains(part))
                    .map(part -> path + " lacks '" + part + "':\n" + text)
                    .toList();
        }
        if (wanted.at("yaml").isPresent()) {
            return Yaml.missing(
                    wanted.at("yaml").orElseThrow(), documents((Scalar) found).getFirst(), path);
        }
        if (wanted.text("secret").equals(Optional.of("any"))) {
            return found.text("secret").isPresent()
                    ? List.of()
                    : List.of(path + " is no secret: " + Yaml.shown(found));
        }
        return Yaml.missing(wanted, found, path);
    }

    private static List<Node> documents(Scalar yaml) {
        return Yaml.parse("manifest", yaml.text());
    }

    private static List<String> documents(String rendered) {
        return Yaml.parse("rendered", rendered).stream().map(Yaml::shown).toList();
    }

    /** Puts the workstation's files where the case wants them, and removes all others. */
    private void lay(Mapping world) {
        Path below = lab.places().home().resolveSibling("home");
        try {
            for (String place : SampleLab.placeholders()) {
                Path directory = below.resolveSibling(place);
                Trees.remove(directory);
                Files.createDirectories(directory);
            }
            Trees.copy(SAMPLE_HOME, below);
            for (Entry entry : mapping(world, "files").entries()) {
                Path file = Path.of(entry.key().text());
                if (entry.key().text().endsWith("/")) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                Node value = entry.value();
                Files.writeString(
                        file, value instanceof Scalar s ? s.text() : value.text("text").orElse(""));
                Optional<String> mode = value.text("mode");
                if (mode.isPresent()) {
                    Files.setPosixFilePermissions(file, Trees.permissions(mode.get()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Mapping mapping(Mapping in, String key) {
        return in.get(key).map(Mapping.class::cast).orElse(Yaml.empty());
    }
}
