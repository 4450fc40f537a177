package io.kubelab.cli;

import io.kubelab.adapter.console.Signals;
import io.kubelab.failure.ClusterFailed;
import io.kubelab.lab.LoadedLab;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * kubectl on this workstation, as administrator of the lab's cluster, wherever its API server is.
 */
record KubectlCommand() implements Subcommand {
    @Override
    public String name() {
        return "kubectl";
    }

    @Override
    public String summary() {
        return "Run kubectl here with the lab's cluster: kubectl get pods -o wide.";
    }

    @Override
    public void describe(CommandSpec command) {
        command.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .paramLabel("ARGUMENT")
                        .arity("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description("What kubectl is given; kubelab's own options come before.")
                        .build());
        command.parser().stopAtPositional(true).unmatchedOptionsArePositionalParams(true);
        LabOptions.describe(command);
        SudoPassword.describe(command);
    }

    @Override
    public int run(Invocation invocation) {
        LoadedLab loaded = new LabFiles(invocation).standing();
        String name = KubeconfigCommand.context(loaded);
        try (var adapters = Adapters.asking(loaded, invocation)) {
            var access = adapters.access().orElseThrow(() -> noCluster(loaded));
            Path file =
                    PrivateFile.temporary(
                            loaded.lab().places().state(),
                            "kubeconfig",
                            Kubeconfig.ofAdmin(name, access).text());
            try {
                return Kubectl.with(file, invocation.workplace())
                        .run(
                                invocation.positionals().stream()
                                        .dropWhile(word -> word.equals("--"))
                                        .toList(),
                                Signals::on);
            } finally {
                PrivateFile.remove(file);
            }
        }
    }

    static ClusterFailed noCluster(LoadedLab loaded) {
        return new ClusterFailed(
                loaded.lab().inventory().firstControlPlane().name(),
                "there is no cluster yet",
                "'kubelab kube-install' makes one.");
    }
}
