package io.kubelab.cli;

import io.kubelab.failure.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Prints what a shell needs to complete kubelab's command line: it asks kubelab for each word. */
record CompletionCommand(List<Subcommand> others) implements Subcommand {
    private static final String WORDS = "--words";

    enum Shell {
        BASH,
        ZSH,
        FISH;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String script() {
            String resource = "completion." + word();
            try (InputStream stream =
                    Objects.requireNonNull(
                            CompletionCommand.class.getResourceAsStream(resource), resource)) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String name() {
        return "completion";
    }

    @Override
    public String summary() {
        return "Print a completion script for bash, zsh or fish: . <(kubelab completion bash)";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .paramLabel("SHELL")
                        .arity("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("bash (also if left out), zsh or fish.")
                        .build());
        command.addOption(
                OptionSpec.builder(WORDS)
                        .hidden(true)
                        .description("What the scripts ask: candidates for the last word.")
                        .build());
        command.parser().stopAtPositional(true);
    }

    @Override
    public int run(Invocation invocation) {
        List<String> words = invocation.positionals();
        if (invocation.has(WORDS)) {
            var all = new ArrayList<>(others);
            all.add(this);
            var meant = new LabFiles(invocation);
            new Completion(all, meant::lab, meant::all)
                    .candidates(words)
                    .forEach(invocation.streams().out()::println);
        } else {
            invocation.streams().out().print(shell(words).script());
        }
        return ExitCode.OK.status();
    }

    private static Shell shell(List<String> words) {
        Optional<Shell> named =
                words.isEmpty()
                        ? Optional.of(Shell.BASH)
                        : Stream.of(Shell.values())
                                .filter(s -> words.equals(List.of(s.word())))
                                .findFirst();
        return named.orElseThrow(() ->
                new InvalidInput(
                        "completion",
                        "there is none for '%s', but for %s"
                                .formatted(
                                        String.join(" ", words),
                                        Stream.of(Shell.values())
                                                .map(Shell::word)
                                                .collect(Collectors.joining(", ")))));
    }
}
