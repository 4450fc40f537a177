package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory that programs can have without others being swapped out, in MiB (proc_meminfo(5)). */
public record AvailableMemory() implements Fact.OfHost<Long> {
    private static final Pattern LINE = Pattern.compile("(?m)^MemAvailable: +(\\d+) kB$");

    @Override
    public Command command() {
        return Command.of("cat", "/proc/meminfo");
    }

    @Override
    public Long parse(CommandResult result) {
        Matcher line = LINE.matcher(result.out());
        if (!line.find()) {
            throw new IllegalStateException("/proc/meminfo has no MemAvailable: " + result.out());
        }
        return Long.parseLong(line.group(1)) >> 10;
    }
}
