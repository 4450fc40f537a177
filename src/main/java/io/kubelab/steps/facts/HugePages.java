package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The host's huge pages of the size that its kernel has by default (proc_meminfo(5)). */
public record HugePages() implements Fact.OfHost<HugePages.Found> {
    private static final Pattern LINE =
            Pattern.compile("(?m)^(HugePages_(?:Total|Free|Rsvd)|Hugepagesize): +(\\d+)(?: kB)?$");

    /**
     * @param total all that there are
     * @param free those that nobody has or was promised
     * @param kibibytes size of one; 0 where the kernel has none
     */
    public record Found(long total, long free, long kibibytes) {
        /** How many hold that much memory. */
        public long holding(long mebibytes) {
            return Math.ceilDiv(mebibytes << 10, kibibytes);
        }
    }

    @Override
    public Command command() {
        return Command.of("cat", "/proc/meminfo");
    }

    @Override
    public Found parse(CommandResult result) {
        long total = 0;
        long free = 0;
        long kibibytes = 0;
        Matcher lines = LINE.matcher(result.out());
        while (lines.find()) {
            long value = Long.parseLong(lines.group(2));
            switch (lines.group(1)) {
                case "HugePages_Total" -> total = value;
                case "HugePages_Free" -> free += value;
                case "HugePages_Rsvd" -> free -= value;
                default -> kibibytes = value;
            }
        }
        return new Found(total, free, kibibytes);
    }
}
