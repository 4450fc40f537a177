package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter.Format;
import io.kubelab.failure.LabException;
import io.kubelab.inventory.Host;
import io.kubelab.lab.LoadedLab;
import io.kubelab.settings.Catalogue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the word that is being typed could be. Nothing where a file is wanted, and where anything
 * may stand: shells then complete files.
 *
 * @param commands of the program
 * @param lab the lab that is meant; asked only if a host is
 * @param playbooks files of {@code playbooks-equivalent/}
 */
record Completion(
        List<Subcommand> commands, Supplier<LoadedLab> lab, Supplier<List<Path>> playbooks) {
    /** What joins hosts and groups in a pattern. */
    private static final String JOINTS = ":,!&";

    /**
     * @param words after the program's name; the last is the one that is being typed
     * @return words that begin as the last one does
     */
    List<String> candidates(List<String> words) {
        String typed = words.isEmpty() ? "" : words.getLast();
        List<String> before = words.subList(0, Math.max(0, words.size() - 1));
        try {
            return offered(before, typed).filter(word -> word.startsWith(typed)).sorted().toList();
        } catch (LabException e) {
            // a lab that can't be read is told by the command
            return List.of();
        }
    }

    private Stream<String> offered(List<String> before, String typed) {
        if (before.isEmpty()) {
            return commands.stream().map(Subcommand::name);
        }
        Optional<CommandLine> command =
                Optional.ofNullable(
                        Program.model(commands, List.of(before.getFirst()))
                                .getSubcommands()
                                .get(before.getFirst()));
        if (command.isEmpty()) {
            return Stream.of();
        }
        List<OptionSpec> options = command.get().getCommandSpec().options();
        var positionals = new ArrayList<String>();
        Optional<OptionSpec> open = Optional.empty();
        for (String word : before.subList(1, before.size())) {
            Optional<OptionSpec> option =
                    options.stream().filter(o -> List.of(o.names()).contains(word)).findFirst();
            if (open.isPresent()) {
                open = Optional.empty();
            } else if (option.isPresent()) {
                open = option.filter(o -> o.arity().max() > 0);
            } else {
                positionals.add(word);
            }
        }
        if (open.isPresent()) {
            return values(open.get(), typed);
        }
        if (typed.startsWith("-")) {
            return options.stream().filter(o -> !o.hidden()).flatMap(o -> Stream.of(o.names()));
        }
        return positional(before.getFirst(), positionals, typed);
    }

    private Stream<String> values(OptionSpec option, String typed) {
        return switch (option.longestName()) {
            case "--limit" -> pattern(typed);
            case "--extra-vars" -> settings(typed);
            case "--output" ->
                    Stream.of(Format.values()).map(f -> f.name().toLowerCase(Locale.ROOT));
            default -> Stream.of();
        };
    }

    private static Stream<String> settings(String typed) {
        int equals = typed.indexOf('=');
        if (equals < 0) {
            return Catalogue.keys().stream().map(key -> key + "=");
        }
        String key = typed.substring(0, equals);
        return Catalogue.words(key).stream().map(word -> key + "=" + word);
    }

    private Stream<String> positional(String command, List<String> earlier, String typed) {
        return switch (command) {
            case "ssh" -> earlier.isEmpty() ? hosts() : Stream.of();
            case "exec" -> earlier.isEmpty() ? pattern(typed) : Stream.of();
            case "scp" ->
                    typed.isEmpty() || typed.contains("/")
                            ? Stream.of()
                            : hosts().map(h -> h + ":");
            case "play", "validate" ->
                    playbooks.get().stream()
                            .map(file ->
                                    String.valueOf(file.getFileName()).replaceFirst("\\.yml$", ""));
            case "completion" -> Stream.of(CompletionCommand.Shell.values()).map(s -> s.word());
            default -> Stream.of();
        };
    }

    private Stream<String> hosts() {
        return lab.get().lab().inventory().hosts().stream().map(Host::name);
    }

    /** Hosts and groups after what was joined already. */
    private Stream<String> pattern(String typed) {
        int joint = -1;
        for (int i = 0; i < typed.length(); i++) {
            joint = JOINTS.indexOf(typed.charAt(i)) >= 0 ? i : joint;
        }
        String joined = typed.substring(0, joint + 1);
        return Stream.concat(hosts(), lab.get().lab().inventory().groups().stream())
                .distinct()
                .map(name -> joined + name);
    }
}
