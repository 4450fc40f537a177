package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;

/**
 * What programs a host runs, in Go's and Debian's word: {@code amd64}, {@code arm64} (uname(1)).
 */
public record MachineArchitecture() implements Fact.OfHost<String> {
    @Override
    public Command command() {
        return Command.of("uname", "-m");
    }

    @Override
    public String parse(CommandResult result) {
        String machine = result.out().strip();
        return switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> machine;
        };
    }
}
