package io.kubelab.cli;

import io.kubelab.document.Json;
import io.kubelab.playbook.StepDocumentation;
import io.kubelab.playbook.Vocabulary;
import io.kubelab.playbook.Vocabulary.Argument;
import io.kubelab.playbook.Vocabulary.Word;
import io.kubelab.steps.AllSteps;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Prints the words of plays. */
record StepsCommand() implements Subcommand {
    @Override
    public String name() {
        return "steps";
    }

    @Override
    public String summary() {
        return "List the steps that plays are made of, and their arguments.";
    }

    @Override
    public void describe(CommandSpec command) {
        Options.output(command);
    }

    @Override
    public int run(Invocation invocation) {
        List<Word> words = new Vocabulary(AllSteps.ALL).words(StepDocumentation.shipped());
        PrintStream out = invocation.streams().out();
        switch (invocation.format()) {
            case TEXT -> words.forEach(word -> out.print(text(word)));
            case JSON ->
                    out.println(
                            words.stream()
                                    .map(StepsCommand::json)
                                    .collect(Collectors.joining(",\n ", "[", "]")));
        }
        return ExitCode.OK.status();
    }

    private static String text(Word word) {
        return word.arguments().stream()
                .map(a ->
                        "    %s: %s%s. %s%n"
                                .formatted(
                                        a.name(),
                                        a.type(),
                                        a.required() ? "" : ", may be left out",
                                        a.says()))
                .collect(
                        Collectors.joining(
                                "", "%s: %s.%n".formatted(word.name(), word.says()), "\n"));
    }

    private static String json(Word word) {
        return "{\"name\":%s,\"says\":%s,\"arguments\":%s}"
                .formatted(
                        Json.string(word.name()),
                        Json.string(word.says()),
                        word.arguments().stream()
                                .map(StepsCommand::json)
                                .collect(Collectors.joining(",", "[", "]")));
    }

    private static String json(Argument argument) {
        return "{\"name\":%s,\"type\":%s,\"required\":%s,\"says\":%s}"
                .formatted(
                        Json.string(argument.name()),
                        Json.string(argument.type()),
                        argument.required(),
                        Json.string(argument.says()));
    }
}
