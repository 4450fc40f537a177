package io.kubelab.cli;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.lab.LabRequest;
import io.kubelab.settings.Values;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The options that say which lab is meant, as Ansible has them. */
final class LabOptions {
    private static final String INVENTORY = "-i";
    private static final String EXTRA_VARS = "-e";
    private static final String LIMIT = "-l";
    private static final String PRUNE = "--prune";
    private static final String BUNDLE_FILE = "BUNDLE";
    private static final String REFRESH = "--refresh";

    private LabOptions() {}

    static void describe(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(INVENTORY, "--inventory")
                        .paramLabel("FILE")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(
                                "Inventory file or directory; several may be given. Else the lab"
                                        + " that was set up last, else inventory/virthost.inventory.")
                        .build());
        command.addOption(
                OptionSpec.builder(EXTRA_VARS, "--extra-vars")
                        .paramLabel("VARS")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(
                                "Settings that win over all others: FILE, @FILE, key=value, or a"
                                        + " mapping in JSON; several may be given. A file is"
                                        + " looked for in the working directory, in inventory/"
                                        + " and beside the inventory.")
                        .build());
        command.addOption(
                OptionSpec.builder(LIMIT, "--limit")
                        .paramLabel("PATTERN")
                        .type(String.class)
                        .description("Only these hosts or groups, such as nodes:!kube-node-1.")
                        .build());
        Options.home(command);
        Options.verbose(command);
    }

    /** For commands that end with the whole lab as it is wanted. */
    static void prune(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(PRUNE)
                        .description(
                                "Drain and remove machines that virtual_machines no longer names.")
                        .build());
    }

    static void refresh(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(REFRESH)
                        .description(
                                "Make root file systems anew, of the packages that the"
                                        + " distribution has now.")
                        .build());
    }

    /** The file that {@code bundle export} writes and {@code bundle import} reads. */
    static void bundleFile(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("1")
                        .paramLabel(BUNDLE_FILE)
                        .arity("0..1")
                        .description("For export and import; else the setting bundle_file.")
                        .build());
    }

    static LabRequest request(Invocation invocation) {
        Workplace workplace = invocation.workplace();
        return new LabRequest(
                invocation.home(),
                workplace.directory(),
                workplace.userHome(),
                workplace.architecture(),
                workplace.state(),
                workplace.cache(),
                invocation.options(INVENTORY),
                invocation.options(EXTRA_VARS),
                invocation.option(LIMIT),
                once(invocation),
                Map.of());
    }

    /** What options say about this run alone. */
    private static Values once(Invocation invocation) {
        var said = new ArrayList<Entry>();
        if (invocation.has(PRUNE)) {
            said.add(said(PRUNE, "prune", "true"));
        }
        if (invocation.has(REFRESH)) {
            said.add(said(REFRESH, "packages_since", Instant.now().toString()));
        }
        invocation
                .labelled(BUNDLE_FILE)
                .ifPresent(file -> said.add(said(BUNDLE_FILE, "bundle_file", file)));
        return Values.of(said);
    }

    static Entry said(String option, String key, String value) {
        Mark mark = Mark.option(option);
        return new Entry(Scalar.text(key, mark), new Scalar(value, false, mark));
    }
}
