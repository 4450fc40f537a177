package io.kubelab.world;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** A host that exists only as data. Its clock advances by a second with every change. */
public final class FakeHost {
    private final String name;
    private final NavigableMap<String, Item> files = new TreeMap<>();
    private final TreeSet<String> packages = new TreeSet<>();
    private final Map<String, String> versions = new TreeMap<>();
    private final TreeSet<String> held = new TreeSet<>();
    private final Map<String, Unit> units = new TreeMap<>();
    private final Map<String, Program> programs = new HashMap<>();
    private final Map<String, Supplier<String>> live = new HashMap<>();
    private final List<String> changes = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    /**
     * A unit of systemd, in systemctl's words.
     *
     * @param started when its process began; empty: it does not run
     */
    public record Unit(
            String active, String atBoot, boolean reloadNeeded, Optional<Instant> started) {
        public static final Unit UNKNOWN = new Unit("inactive", "", false, Optional.empty());
    }

    public FakeHost(String name) {
        this.name = name;
        programs.putAll(Coreutils.PROGRAMS);
        programs.putAll(DebianPrograms.PROGRAMS);
        programs.putAll(FedoraPrograms.PROGRAMS);
        files.put("/", new Item.Directory("755", "root:root"));
    }

    public String name() {
        return name;
    }

    /** Adds or replaces what a program does. */
    public void model(String program, Program effect) {
        programs.put(program, effect);
    }

    /** A file whose text follows from the host's state, as those below /proc. */
    public synchronized void live(String path, Supplier<String> text) {
        live.put(path, text);
    }

    /** Runs the parts of a command as {@code sh} does, as long as each succeeds. */
    public synchronized CommandResult run(Command command) {
        var out = new StringBuilder();
        var err = new StringBuilder();
        int exit = 0;
        for (List<Command.Word> part : command.parts()) {
            List<String> argv = withoutLock(part.stream().map(Command.Word::text).toList());
            Program program = programs.get(argv.getFirst());
            if (program == null) {
                throw new Unmodelled(name, command);
            }
            CommandResult result =
                    program.run(
                            this,
                            new Program.Call(
                                    argv.subList(1, argv.size()),
                                    command.environment(),
                                    text(command.input())));
            out.append(result.out());
            err.append(result.err());
            exit = result.exit();
            if (exit != 0) {
                break;
            }
        }
        return new CommandResult(exit, out.toString(), err.toString());
    }

    /** Commands run here one at a time. */
    private static List<String> withoutLock(List<String> argv) {
        return argv.getFirst().equals("flock") ? argv.subList(2, argv.size()) : argv;
    }

    /** For a program that meets words which its model does not know. */
    public Unmodelled unmodelled(String program, Program.Call call) {
        var argv = new ArrayList<>(List.of(program));
        argv.addAll(call.words());
        return new Unmodelled(name, Command.of(argv));
    }

    private static String text(Content content) {
        return switch (content) {
            case Content.Text(String text) -> text;
            case Content.Secret(String text) -> text;
            case Content.SecretBytes data -> data.sha256();
            case Content.Artifact artifact -> artifact.sha256();
        };
    }

    public synchronized Optional<Item> at(String path) {
        if (live.containsKey(path)) {
            return Optional.of(
                    new Item.RegularFile(
                            new Content.Text(live.get(path).get()), "444", "root:root", now));
        }
        return Optional.ofNullable(files.get(path));
    }

    /** The item at the end of links. */
    public synchronized Optional<Item> follow(String path) {
        Optional<Item> item = at(path);
        for (int hops = 0; hops < 8 && item.orElse(null) instanceof Item.Link(String to); hops++) {
            item = at(to);
        }
        return item;
    }

    /** Paths below a directory, and the directory itself. */
    public synchronized List<String> tree(String directory) {
        String below = directory.endsWith("/") ? directory : directory + "/";
        return files.keySet().stream()
                .filter(p -> p.equals(directory) || p.startsWith(below))
                .toList();
    }

    public synchronized void put(String path, Content content, FileAttributes attributes) {
        put(
                path,
                new Item.RegularFile(
                        content,
                        octal(attributes.mode()),
                        attributes.owner(),
                        tick("write " + path)));
    }

    public synchronized void put(String path, Item item) {
        parents(path);
        files.put(path, item);
        tick("make " + path);
    }

    public synchronized void remove(String path) {
        tree(path).forEach(files::remove);
        tick("remove " + path);
    }

    private void parents(String path) {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            String parent = path.substring(0, slash);
            parents(parent);
            files.putIfAbsent(parent, new Item.Directory("755", "root:root"));
        }
    }

    static String octal(String mode) {
        return Integer.toOctalString(Integer.parseInt(mode, 8));
    }

    public synchronized TreeSet<String> packages() {
        return packages;
    }

    /** A package of this version is there, in the place of another one. */
    public synchronized void install(String name, String version) {
        packages.add(name);
        versions.put(name, version);
        tick("install %s %s".formatted(name, version));
    }

    public synchronized void purge(String name) {
        packages.remove(name);
        versions.remove(name);
        held.remove(name);
        tick("purge " + name);
    }

    /** Empty if the package isn't there. */
    public synchronized Optional<String> version(String name) {
        return packages.contains(name)
                ? Optional.of(versions.getOrDefault(name, "1.0-1"))
                : Optional.empty();
    }

    /** Packages that no upgrade changes. */
    public synchronized TreeSet<String> held() {
        return held;
    }

    public synchronized Unit unit(String unit) {
        return units.getOrDefault(plain(unit), Unit.UNKNOWN);
    }

    public synchronized void unit(String unit, Unit state) {
        units.put(plain(unit), state);
        tick("unit " + unit);
    }

    private static String plain(String unit) {
        return unit.endsWith(".service")
                ? unit.substring(0, unit.length() - ".service".length())
                : unit;
    }

    public synchronized Instant now() {
        return now;
    }

    /** All that can be told of it now, but for times: what it is, by where it is. */
    public synchronized TreeMap<String, String> state() {
        var state = new TreeMap<String, String>();
        files.forEach((path, item) ->
                state.put(
                        path,
                        item instanceof Item.RegularFile f
                                ? "%s %s %s".formatted(f.mode(), f.owner(), f.content().sha256())
                                : item.toString()));
        live.forEach((path, text) -> state.put(path, text.get()));
        state.put("packages", packages.toString() + versions + held);
        units.forEach((name, unit) -> state.put("unit " + name, unit.active() + unit.atBoot()));
        return state;
    }

    /** Notes a change and lets a second pass. */
    public synchronized Instant tick(String what) {
        changes.add(what);
        now = now.plusSeconds(1);
        return now;
    }

    /** Everything that ever changed here. */
    public synchronized List<String> changes() {
        return List.copyOf(changes);
    }
}
