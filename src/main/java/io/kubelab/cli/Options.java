package io.kubelab.cli;

import io.kubelab.adapter.console.DataPrinter.Format;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options that several commands have, in Ansible's form where Ansible has them. */
final class Options {
    static final String HOME = "--home";
    static final String VERBOSE = "-v";
    static final String OUTPUT = "--output";

    private Options() {}

    static void verbose(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(VERBOSE, "--verbose")
                        .description("Tell more: changes, and where a defect comes from.")
                        .build());
    }

    static void home(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(HOME)
                        .paramLabel("DIR")
                        .type(String.class)
                        .description(
                                "Where inventory, playbooks-equivalent and templates are; else"
                                        + " KUBELAB_HOME, the working directory if it has all"
                                        + " three, or beside the program.")
                        .build());
    }

    static void output(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(OUTPUT)
                        .paramLabel("FORM")
                        .type(Format.class)
                        .description("text or json.")
                        .build());
    }
}
