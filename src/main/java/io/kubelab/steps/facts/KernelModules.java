package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Set;
import java.util.stream.Collectors;

/** Modules that are loaded, and those built-in ones that have parameters (/sys/module). */
public record KernelModules() implements Fact.OfHost<Set<String>> {
    @Override
    public Command command() {
        return Command.of("ls", "-1", "/sys/module");
    }

    @Override
    public Set<String> parse(CommandResult result) {
        return result.out().lines().collect(Collectors.toUnmodifiableSet());
    }

    /** Where the kernel would take a module from that isn't among them (modprobe(8)). */
    public record Origin(String module) implements Fact.OfHost<Origin.Found> {
        public enum Found {
            LOADABLE,
            /** Part of the kernel, or of a kernel that loads no modules at all. */
            BUILT_IN,
            MISSING
        }

        @Override
        public Command command() {
            return Command.of("modprobe", "--show-depends", module);
        }

        @Override
        public Found parse(CommandResult result) {
            if (result.ok()) {
                return result.out().startsWith("builtin ") ? Found.BUILT_IN : Found.LOADABLE;
            }
            boolean noModulesAtAll = result.exit() == 127 || result.err().contains("modules.dep");
            return noModulesAtAll ? Found.BUILT_IN : Found.MISSING;
        }
    }
}
