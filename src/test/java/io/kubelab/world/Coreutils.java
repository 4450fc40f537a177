package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** stat, sha256sum, cat and their like, as far as kubelab uses them. */
final class Coreutils {
    static final Map<String, Program> PROGRAMS = programs();

    private static final Pattern DIRECTIVE = Pattern.compile("%(\\.9)?[A-Za-z]");

    private Coreutils() {}

    private static Map<String, Program> programs() {
        var programs = new HashMap<String, Program>();
        programs.put("stat", Coreutils::stat);
        programs.put("sha256sum", Coreutils::sha256sum);
        programs.put("cat", Coreutils::cat);
        programs.put("test", Coreutils::test);
        programs.put("true", (_, _) -> prints(""));
        programs.put("id", (_, call) -> prints(call.has("-u") ? "0\n" : "uid=0(root)\n"));
        programs.put("mkdir", Coreutils::mkdir);
        programs.put("rm", Coreutils::rm);
        programs.put("chmod", Coreutils::chmod);
        programs.put("chown", Coreutils::chown);
        programs.put("install", Coreutils::install);
        programs.put("ln", Coreutils::ln);
        programs.put("readlink", (_, call) -> prints(call.words().getLast() + "\n"));
        programs.put("find", Coreutils::find);
        programs.put("touch", Coreutils::touch);
        programs.put("cp", Coreutils::cp);
        programs.put("mv", Coreutils::mv);
        return programs;
    }

    private static CommandResult stat(FakeHost host, Program.Call call) {
        String format =
                call.option("--format").isEmpty() ? call.option("-c") : call.option("--format");
        var out = new StringBuilder();
        var err = new StringBuilder();
        for (String path : call.operands().stream().filter(o -> !o.equals(format)).toList()) {
            Optional<Item> item =
                    call.has("--dereference") || call.has("-L") ? host.follow(path) : host.at(path);
            if (item.isEmpty()) {
                err.append("stat: cannot statx '%s': No such file or directory\n".formatted(path));
                continue;
            }
            out.append(
                            DIRECTIVE
                                    .matcher(format)
                                    .replaceAll(m ->
                                            Matcher.quoteReplacement(
                                                    field(m.group(), path, item.get()))))
                    .append('\n');
        }
        return new CommandResult(err.isEmpty() ? 0 : 1, out.toString(), err.toString());
    }

    private static String field(String directive, String path, Item item) {
        return switch (directive) {
            case "%F" ->
                    switch (item) {
                        case Item.RegularFile f ->
                                f.content().equals(Content.NONE)
                                        ? "regular empty file"
                                        : "regular file";
                        case Item.Directory _ -> "directory";
                        case Item.Link _ -> "symbolic link";
                        case Item.Special(String type) -> type;
                    };
            case "%a" ->
                    switch (item) {
                        case Item.RegularFile f -> f.mode();
                        case Item.Directory d -> d.mode();
                        case Item.Link _ -> "777";
                        case Item.Special _ -> "600";
                    };
            case "%U" -> owner(item).split(":", 2)[0];
            case "%G" -> owner(item).split(":", 2)[1];
            case "%n" -> path;
            case "%N" -> item instanceof Item.Link(String to) ? path + " -> " + to : path;
            case "%.9Y", "%Y" ->
                    (item instanceof Item.RegularFile f ? f.written() : Instant.EPOCH)
                                    .getEpochSecond()
                            + (directive.startsWith("%.9") ? ".000000000" : "");
            case "%s" -> Long.toString(item instanceof Item.RegularFile f ? size(f) : 4096);
            default -> throw new IllegalArgumentException("stat: " + directive);
        };
    }

    private static long size(Item.RegularFile file) {
        return switch (file.content()) {
            case Content.Text(String text) -> text.length();
            case Content.Artifact(Path real, _) when Files.exists(real) -> {
                try {
                    yield Files.size(real);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            case Content.Artifact _, Content.Secret _, Content.SecretBytes _ -> 4096;
        };
    }

    private static String owner(Item item) {
        return switch (item) {
            case Item.RegularFile f -> f.owner();
            case Item.Directory d -> d.owner();
            case Item.Link _, Item.Special _ -> "root:root";
        };
    }

    private static CommandResult sha256sum(FakeHost host, Program.Call call) {
        if (call.has("--check")) {
            return checked(host, call.operands().getFirst());
        }
        var out = new StringBuilder();
        var err = new StringBuilder();
        for (String path : call.operands()) {
            if (!(host.follow(path).orElse(null) instanceof Item.RegularFile file)) {
                err.append("sha256sum: ").append(path).append('\n');
                continue;
            }
            out.append(file.content().sha256()).append("  ").append(path).append('\n');
        }
        return new CommandResult(err.isEmpty() ? 0 : 1, out.toString(), err.toString());
    }

    /** Every line of the list names a digest and a file. */
    private static CommandResult checked(FakeHost host, String list) {
        boolean all =
                host.run(Command.of("cat", list))
                        .out()
                        .lines()
                        .allMatch(line ->
                                host.follow(line.substring(66)).orElse(null)
                                                instanceof Item.RegularFile file
                                        && file.content().sha256().equals(line.substring(0, 64)));
        return new CommandResult(all ? 0 : 1, "", all ? "" : "sha256sum: WARNING\n");
    }

    /** From standard input, which is the name of a real file. */
    private static CommandResult cp(FakeHost host, Program.Call call) {
        if (!call.operands().getFirst().equals("/dev/stdin")) {
            throw host.unmodelled("cp", call);
        }
        try {
            Path real = Path.of(call.input());
            String digest =
                    HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256")
                                            .digest(Files.readAllBytes(real)));
            host.put(
                    call.words().getLast(),
                    new Item.RegularFile(
                            new Content.Artifact(real, digest), "600", "root:root", host.now()));
            return prints("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CommandResult cat(FakeHost host, Program.Call call) {
        var out = new StringBuilder();
        for (String path : call.operands()) {
            switch (host.follow(path).orElse(null)) {
                case Item.RegularFile file when file.content() instanceof Content.Text(String t) ->
                        out.append(t);
                case Item.RegularFile file
                        when file.content() instanceof Content.Secret(String t) ->
                        out.append(t);
                case null, default -> {
                    return new CommandResult(
                            1,
                            out.toString(),
                            "cat: %s: No such file or directory\n".formatted(path));
                }
            }
        }
        return prints(out.toString());
    }

    /** Of findutils: everything below one path. */
    private static CommandResult find(FakeHost host, Program.Call call) {
        if (call.words().size() != 1) {
            throw host.unmodelled("find", call);
        }
        return prints(
                host.tree(call.words().getFirst()).stream()
                        .map(path -> path + "\n")
                        .collect(Collectors.joining()));
    }

    private static CommandResult test(FakeHost host, Program.Call call) {
        if (call.words().size() != 2) {
            throw host.unmodelled("test", call);
        }
        Optional<Item> item = host.follow(call.words().getLast());
        boolean holds =
                switch (call.words().getFirst()) {
                    case "-e" -> item.isPresent();
                    case "-d" -> item.filter(Item.Directory.class::isInstance).isPresent();
                    case "-x" ->
                            item.orElse(null) instanceof Item.RegularFile f
                                    && (Integer.parseInt(f.mode(), 8) & 1) != 0;
                    case "-f" -> item.filter(Item.RegularFile.class::isInstance).isPresent();
                    case "-c", "-S" -> item.filter(Item.Special.class::isInstance).isPresent();
                    case "-L" -> host.at(call.words().getLast()).orElse(null) instanceof Item.Link;
                    default -> throw host.unmodelled("test", call);
                };
        return holds ? prints("") : fails(1, "");
    }

    private static CommandResult mkdir(FakeHost host, Program.Call call) {
        String mode = call.option("-m").isEmpty() ? "755" : FakeHost.octal(call.option("-m"));
        call.operands().stream()
                .filter(path -> path.startsWith("/") && host.at(path).isEmpty())
                .forEach(path -> host.put(path, new Item.Directory(mode, "root:root")));
        return prints("");
    }

    /** Directories only. */
    private static CommandResult install(FakeHost host, Program.Call call) {
        if (!call.has("-d")) {
            throw host.unmodelled("install", call);
        }
        host.put(
                call.words().getLast(),
                new Item.Directory(
                        FakeHost.octal(call.option("-m")),
                        call.option("-o") + ":" + call.option("-g")));
        return prints("");
    }

    private static CommandResult ln(FakeHost host, Program.Call call) {
        List<String> operands = call.operands();
        host.put(operands.getLast(), new Item.Link(operands.get(operands.size() - 2)));
        return prints("");
    }

    private static CommandResult touch(FakeHost host, Program.Call call) {
        String date = call.option("--date");
        if (!date.isEmpty()) {
            Instant time = Instant.ofEpochSecond(Long.parseLong(date.substring(1)));
            for (String path : call.operands()) {
                if (host.at(path).orElse(null) instanceof Item.RegularFile f) {
                    host.put(path, new Item.RegularFile(f.content(), f.mode(), f.owner(), time));
                }
            }
            return prints("");
        }
        call.operands().stream()
                .filter(path -> host.at(path).isEmpty())
                .forEach(path ->
                        host.put(
                                path,
                                new Item.RegularFile(
                                        Content.NONE, "644", "root:root", host.now())));
        return prints("");
    }

    private static CommandResult mv(FakeHost host, Program.Call call) {
        List<String> operands = call.operands();
        String from = operands.get(operands.size() - 2);
        String to = operands.getLast();
        if (host.at(from).isEmpty()) {
            return fails(1, "mv: cannot stat '" + from + "'\n");
        }
        for (String path : host.tree(from)) {
            host.put(to + path.substring(from.length()), host.at(path).orElseThrow());
        }
        host.remove(from);
        return prints("");
    }

    private static CommandResult rm(FakeHost host, Program.Call call) {
        call.operands().stream().filter(p -> host.at(p).isPresent()).forEach(host::remove);
        return prints("");
    }

    private static CommandResult chmod(FakeHost host, Program.Call call) {
        List<String> operands = call.operands();
        String mode = FakeHost.octal(operands.getFirst());
        for (String path : operands.subList(1, operands.size())) {
            switch (host.at(path).orElse(null)) {
                case Item.RegularFile f ->
                        host.put(
                                path,
                                new Item.RegularFile(f.content(), mode, f.owner(), f.written()));
                case Item.Directory d -> host.put(path, new Item.Directory(mode, d.owner()));
                case null, default -> {
                    return fails(1, "chmod: cannot access '" + path + "'\n");
                }
            }
        }
        return prints("");
    }

    private static CommandResult chown(FakeHost host, Program.Call call) {
        List<String> operands = call.operands();
        String owner = operands.getFirst();
        for (String path : operands.subList(1, operands.size())) {
            switch (host.at(path).orElse(null)) {
                case Item.RegularFile f ->
                        host.put(
                                path,
                                new Item.RegularFile(f.content(), f.mode(), owner, f.written()));
                case Item.Directory d -> host.put(path, new Item.Directory(d.mode(), owner));
                case null, default -> {
                    return fails(1, "chown: cannot access '" + path + "'\n");
                }
            }
        }
        return prints("");
    }
}
