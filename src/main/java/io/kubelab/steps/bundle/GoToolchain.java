package io.kubelab.steps.bundle;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Go that is installed ({@code go env}). */
public record GoToolchain() implements Fact.OfHost<GoToolchain.Found> {
    private static final Pattern VERSION = Pattern.compile("go(\\d+)\\.(\\d+).*");

    /** The language version that bundle's modules ask for. */
    private static final int MINOR = 26;

    /** From here on Go fetches the toolchain that a module asks for, unless it is told not to. */
    private static final int SWITCHES = 21;

    /**
     * @param version {@code go1.26.8}; empty: there is none
     * @param toolchain GOTOOLCHAIN
     */
    public record Found(Optional<String> version, String toolchain) {
        boolean usable() {
            Matcher matcher = VERSION.matcher(version.orElse(""));
            if (!matcher.matches() || !matcher.group(1).equals("1")) {
                return false;
            }
            int minor = Integer.parseInt(matcher.group(2));
            return minor >= MINOR || (minor >= SWITCHES && !toolchain.startsWith("local"));
        }
    }

    @Override
    public Command command() {
        return Command.of("go", "env", "GOVERSION", "GOTOOLCHAIN").in("/");
    }

    @Override
    public Found parse(CommandResult result) {
        List<String> lines = result.out().lines().toList();
        return result.ok() && lines.size() == 2
                ? new Found(Optional.of(lines.get(0)), lines.get(1))
                : new Found(Optional.empty(), "");
    }
}
