package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.CommandResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** rpm and dnf, as far as kubelab uses them. */
final class FedoraPrograms {
    static final Map<String, Program> PROGRAMS =
            Map.of("rpm", FedoraPrograms::rpm, "dnf", FedoraPrograms::dnf);

    private FedoraPrograms() {}

    /** Knows the two formats that kubelab asks for; a package provides only itself. */
    private static CommandResult rpm(FakeHost host, Program.Call call) {
        if (call.option("--queryformat")
                .equals("%{NAME} %{VERSION}-%{RELEASE} install installed\\n")) {
            return prints(
                    call.operands().stream()
                            .map(name ->
                                    host.version(name)
                                            .map(version ->
                                                    "%s %s install installed\n"
                                                            .formatted(name, version))
                                            .orElse(
                                                    "package %s is not installed\n"
                                                            .formatted(name)))
                            .collect(Collectors.joining()));
        }
        if (!call.has("--whatprovides")
                || !call.option("--queryformat").equals("[%{PROVIDENAME} installed\\n]")) {
            throw host.unmodelled("rpm", call);
        }
        var out = new StringBuilder();
        int missing = 0;
        for (String name : call.operands()) {
            boolean there = host.packages().contains(name);
            missing += there ? 0 : 1;
            out.append(there ? name + " installed\n" : "no package provides " + name + "\n");
        }
        return new CommandResult(missing, out.toString(), "");
    }

    private static CommandResult dnf(FakeHost host, Program.Call call) {
        List<String> operands = call.operands();
        if (operands.getFirst().equals("remove")) {
            KubernetesRepository.purge(host, operands.subList(1, operands.size()));
            return prints("");
        }
        if (!operands.getFirst().equals("install") || !call.has("--assumeyes")) {
            return fails(1, "Operation aborted.\n");
        }
        if (operands.contains("kubelet-1.37.2")) {
            if (!call.has("--setopt=disable_excludes=kubelab-kubernetes")) {
                return fails(1, "All matches were filtered out by exclude filtering\n");
            }
            KubernetesRepository.install(host, "1.37.2-150500.1.1");
            return prints("");
        }
        for (String name : operands.subList(1, operands.size())) {
            host.packages().add(name);
            host.tick("install " + name);
        }
        return prints("");
    }
}
