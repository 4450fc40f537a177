package io.kubelab.cases;

import io.kubelab.adapter.openpgp.BouncySigningKeys;
import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.image.ImageSpec;
import io.kubelab.image.Images;
import io.kubelab.inventory.Host;
import io.kubelab.machines.MachineSpec;
import io.kubelab.machines.NetworkSpec;
import io.kubelab.machines.VirtualMachines;
import io.kubelab.release.SigningKeys;
import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import io.kubelab.step.Facts;
import io.kubelab.world.Unmodelled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a case says about the world, as facts; remembers what was asked. */
final class World implements Facts {
    private final Host place;
    private final Map<Asked, CommandResult> commands = new LinkedHashMap<>();
    private final Set<Asked> unused = new LinkedHashSet<>();
    private final Optional<Mapping> cluster;
    private final List<VirtualMachines.Machine> machines;
    private final Map<String, List<String>> agents = new LinkedHashMap<>();
    private final List<VirtualMachines.Network> networks;
    private final Mapping images;
    private final Mapping states;
    private final Renderings renderings;

    /** A command's whole script on a host. */
    private record Asked(String host, String script) {}

    World(Host place, Mapping facts, Renderings renderings) {
        this.place = place;
        this.renderings = renderings;
        this.states = states(place, facts);
        for (Node fact : facts.list("facts")) {
            Asked asked = new Asked(fact.text("host").orElse(place.name()), script(fact));
            commands.put(
                    asked,
                    new CommandResult(
                            fact.text("exit").map(Integer::parseInt).orElse(0),
                            fact.text("out").orElse(""),
                            fact.text("err").orElse("")));
            unused.add(asked);
        }
        cluster = facts.get("cluster").map(Mapping.class::cast);
        machines = facts.list("machines").stream().map(World::machine).toList();
        for (Node machine : facts.list("machines")) {
            if (machine.at("agent_says").isPresent()) {
                agents.put(
                        machine.text("name").orElseThrow(),
                        machine.list("agent_says").stream().map(n -> ((Scalar) n).text()).toList());
            }
        }
        networks = facts.list("networks").stream().map(World::network).toList();
        images = facts.get("images").map(Mapping.class::cast).orElse(Yaml.empty());
    }

    static String script(Node fact) {
        Node command =
                fact.at("command")
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        fact.mark() + ": a fact needs its 'command'"));
        return command instanceof Scalar text
                ? text.text().strip()
                : Command.of(fact.list("command").stream().map(n -> ((Scalar) n).text()).toList())
                        .script();
    }

    /** What is said of hosts as a whole, by name. */
    private static Mapping states(Host place, Mapping facts) {
        var entries = new ArrayList<Entry>();
        facts.get("others").ifPresent(o -> entries.addAll(((Mapping) o).entries()));
        facts.get("state").ifPresent(s -> entries.add(new Entry(Yaml.scalar(place.name()), s)));
        return Yaml.mapping(entries);
    }

    /** Facts of commands that the step never asked for. */
    List<String> unused() {
        return unused.stream().map(a -> a.host() + ": " + a.script()).toList();
    }

    @Override
    public <T> T of(Fact<T> fact) {
        return switch (fact) {
            case Fact.OfHost<T> f -> of(place, f);
            case Fact.OfVirthost<T> f -> f.read(new Hypervisor());
            case Fact.OfCluster<T> f -> f.read(cluster.map(Cluster::new));
            case Fact.OfWorkstation<T> f -> f.read(new Workstation());
        };
    }

    @Override
    public <T> T of(Host host, Fact.OfHost<T> fact) {
        Asked asked = new Asked(host.name(), fact.command().script());
        unused.remove(asked);
        CommandResult result = commands.get(asked);
        if (result == null && states.get(host.name()).isPresent()) {
            try {
                Node state = states.get(host.name()).orElseThrow();
                return fact.parse(
                        StatedHost.of(host.name(), state, renderings).run(fact.command()));
            } catch (Unmodelled _) {
                // the case has to say it
            }
        }
        if (result == null) {
            throw new AssertionError(
                    """
                    the step asks what the case does not say (%s):
                    facts:
                    - command: %s
                    %s  out: ""
                    """
                            .formatted(
                                    fact,
                                    words(fact.command()),
                                    host.equals(place) ? "" : "  host: " + host + "\n"));
        }
        return fact.parse(result);
    }

    private static String words(Command command) {
        boolean bare =
                command.equals(
                        Command.of(
                                command.parts().getFirst().stream()
                                        .map(Command.Word::text)
                                        .toList()));
        return bare
                ? command.parts().getFirst().stream()
                        .map(w -> "'" + w.text().replace("'", "''") + "'")
                        .toList()
                        .toString()
                : "|-\n    " + command.script().replace("\n", "\n    ");
    }

    private static VirtualMachines.Machine machine(Node node) {
        return new VirtualMachines.Machine(
                node.text("name").orElseThrow(),
                node.text("running").map(Boolean::parseBoolean).orElse(false),
                owner(node),
                node.at("asked")
                        .map(n ->
                                Records.bind(
                                        MachineSpec.class, (Mapping) n, Records.Others.REFUSED)),
                node.text("stored").map(Boolean::parseBoolean).orElse(true));
    }

    private static VirtualMachines.Network network(Node node) {
        return new VirtualMachines.Network(
                node.text("name").orElseThrow(),
                node.text("active").map(Boolean::parseBoolean).orElse(false),
                node.text("bridge").orElse(""),
                owner(node),
                node.at("asked")
                        .map(n ->
                                Records.bind(
                                        NetworkSpec.class, (Mapping) n, Records.Others.REFUSED)));
    }

    private static Optional<MachineSpec.LabTag> owner(Node node) {
        return node.at("owner")
                .map(n ->
                        n instanceof Mapping m
                                ? Records.bind(MachineSpec.LabTag.class, m, Records.Others.REFUSED)
                                : SampleLab.TAG);
    }

    /** Facts cannot change anything: whoever tries fails. */
    private static AssertionError noChange(Object what) {
        return new AssertionError("a fact tries to change something: " + what);
    }

    private final class Hypervisor implements VirtualMachines {
        @Override
        public List<Machine> machines() {
            return machines;
        }

        @Override
        public List<Network> networks() {
            return networks;
        }

        @Override
        public Optional<List<String>> saidByAgent(String machine, String mac) {
            return Optional.ofNullable(agents.get(machine));
        }

        @Override
        public void define(MachineSpec machine) {
            throw noChange(machine);
        }

        @Override
        public void start(String machine) {
            throw noChange(machine);
        }

        @Override
        public void stop(String machine) {
            throw noChange(machine);
        }

        @Override
        public void undefine(String machine) {
            throw noChange(machine);
        }

        @Override
        public void define(NetworkSpec network) {
            throw noChange(network);
        }

        @Override
        public void startNetwork(String network) {
            throw noChange(network);
        }

        @Override
        public void removeNetwork(String network) {
            throw noChange(network);
        }

        @Override
        public void awaitChange(Duration atMost) {
            throw noChange("waiting is the engine's");
        }

        @Override
        public void close() {}
    }

    private record Cluster(Mapping said) implements ClusterClient {
        @Override
        public Optional<Node> read(ObjectRef ref) {
            return said.list("objects").stream().filter(o -> ref(o).equals(ref)).findFirst();
        }

        @Override
        public List<Node> list(String apiVersion, String kind, String namespace) {
            return said.list("objects").stream()
                    .filter(o -> {
                        ObjectRef ref = ref(o);
                        return ref.apiVersion().equals(apiVersion)
                                && ref.kind().equals(kind)
                                && (namespace.isEmpty() || ref.namespace().equals(namespace));
                    })
                    .toList();
        }

        @Override
        public List<Standing> compare(List<Manifest> manifests) {
            return manifests.stream().map(this::standing).toList();
        }

        private Standing standing(Manifest manifest) {
            Node standing =
                    said.at("standing", manifest.ref().toString())
                            .or(() -> said.at("standing", "*"))
                            .orElseThrow(() ->
                                    new AssertionError(
                                            "the case does not say how this stands:\ncluster:\n  standing: {%s: same}"
                                                    .formatted(manifest.ref())));
            return switch (standing) {
                case Scalar s when "same".equals(s.text()) -> new Standing.Same();
                case Scalar s when "absent".equals(s.text()) -> new Standing.Absent();
                case Mapping m when m.get("differs").isPresent() ->
                        new Standing.Differs(
                                m.list("differs").stream().map(n -> ((Scalar) n).text()).toList());
                case Mapping m when m.get("not_served").isPresent() ->
                        new Standing.NotServed(m.text("not_served").orElseThrow());
                default -> throw new IllegalArgumentException(standing.mark() + ": what standing?");
            };
        }

        @Override
        public void apply(Manifest manifest) {
            throw noChange(manifest);
        }

        @Override
        public void delete(ObjectRef ref) {
            throw noChange(ref);
        }

        @Override
        public void awaitChange(String apiVersion, String kind, String namespace, Duration atMost) {
            throw noChange("waiting is the engine's");
        }

        @Override
        public void close() {}
    }

    static ObjectRef ref(Node object) {
        return new ObjectRef(
                object.text("apiVersion").orElseThrow(),
                object.text("kind").orElseThrow(),
                object.text("metadata", "namespace").orElse(""),
                object.text("metadata", "name").orElseThrow());
    }

    private final class Workstation implements Fact.Workstation, Images {
        @Override
        public Images images() {
            return this;
        }

        @Override
        public SigningKeys signingKeys() {
            return new BouncySigningKeys();
        }

        @Override
        public String throughVirthost(String hostAndPort) {
            return "127.0.0.1:40000";
        }

        @Override
        public Given given(Path image, Path scratch) {
            throw new UnsupportedOperationException("no step asks for somebody's image");
        }

        @Override
        public Optional<String> digest(Path layout) {
            return images.text("layouts", layout.toString());
        }

        @Override
        public Optional<String> digest(String registry, String repository, String tag) {
            return images.text("registry", repository + ":" + tag);
        }

        @Override
        public void assemble(ImageSpec image, Path layout) {
            throw noChange(image);
        }

        @Override
        public void push(Path layout, String registry, String repository, String tag) {
            throw noChange(layout);
        }
    }

    /** The facts of a case with those of its mutation in their place. */
    static Mapping mutated(Mapping original, Mapping mutation) {
        var entries = new ArrayList<Entry>();
        for (String topic : List.of("facts", "machines", "networks")) {
            var items = new ArrayList<Node>(original.list(topic));
            for (Node changed : mutation.list(topic)) {
                boolean removed =
                        items.removeIf(old -> name(topic, old).equals(name(topic, changed)));
                if (!removed && changed.at("added").isEmpty()) {
                    throw new IllegalArgumentException(
                            "%s: nothing of this name to mutate in '%s'"
                                    .formatted(changed.mark(), topic));
                }
                if (changed.at("gone").isEmpty()) {
                    items.add(changed);
                }
            }
            entries.add(new Entry(Yaml.scalar(topic), Yaml.sequence(items)));
        }
        original.get("cluster")
                .ifPresent(cluster ->
                        entries.add(
                                new Entry(
                                        Yaml.scalar("cluster"),
                                        cluster(
                                                (Mapping) cluster,
                                                mutation.get("cluster")
                                                        .map(Mapping.class::cast)
                                                        .orElse(Yaml.empty())))));
        for (String topic : List.of("files", "images", "state", "others")) {
            if (original.get(topic).isEmpty() && mutation.get(topic).isEmpty()) {
                continue;
            }
            Mapping base = original.get(topic).map(Mapping.class::cast).orElse(Yaml.empty());
            entries.add(
                    new Entry(
                            Yaml.scalar(topic),
                            mutation.get(topic).map(m -> merged(base, (Mapping) m)).orElse(base)));
        }
        return Yaml.mapping(entries);
    }

    private static String name(String topic, Node item) {
        return "facts".equals(topic)
                ? item.text("host").orElse("") + " " + script(item)
                : item.text("name").orElseThrow();
    }

    private static Mapping cluster(Mapping original, Mapping mutation) {
        var objects = new ArrayList<Node>(original.list("objects"));
        for (Node changed : mutation.list("objects")) {
            boolean removed = objects.removeIf(old -> ref(old).equals(ref(changed)));
            if (!removed && changed.at("added").isEmpty()) {
                throw new IllegalArgumentException(
                        changed.mark() + ": no object of this name to mutate");
            }
            if (changed.at("gone").isEmpty()) {
                objects.add(changed);
            }
        }
        Mapping standing = original.get("standing").map(Mapping.class::cast).orElse(Yaml.empty());
        return Yaml.mapping(
                List.of(
                        new Entry(Yaml.scalar("objects"), Yaml.sequence(objects)),
                        new Entry(
                                Yaml.scalar("standing"),
                                mutation.get("standing")
                                        .map(m -> merged(standing, (Mapping) m))
                                        .orElse(standing))));
    }

    /** Entries of the second over those of the first, in depth; {@code gone} removes. */
    private static Mapping merged(Mapping base, Mapping top) {
        var entries = new ArrayList<Entry>(base.entries());
        for (Entry entry : top.entries()) {
            String key = entry.key().text();
            Optional<Node> old = base.get(key);
            entries.removeIf(e -> e.key().text().equals(key));
            if (entry.value() instanceof Scalar s && "gone".equals(s.text())) {
                continue;
            }
            boolean both =
                    entry.value() instanceof Mapping
                            && old.filter(Mapping.class::isInstance).isPresent();
            entries.add(
                    both
                            ? new Entry(
                                    entry.key(),
                                    merged((Mapping) old.orElseThrow(), (Mapping) entry.value()))
                            : entry);
        }
        return Yaml.mapping(entries);
    }
}
