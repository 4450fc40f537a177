package io.kubelab.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Several hosts in one name: {@code node[01:10]}, {@code [a:f]}, {@code [0:10:2]}, inclusive. */
final class HostRange {
    private static final Pattern RANGE =
            Pattern.compile(
                    "(.*?)\\[(?:(\\d+):(\\d+)|([a-z]):([a-z])|([A-Z]):([A-Z]))(?::(\\d+))?](.*)");
    private static final int MOST = 10_000;

    private HostRange() {}

    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    static List<String> names(String pattern) {
        if (!pattern.contains("[")) {
            return List.of(pattern);
        }
        Matcher range = RANGE.matcher(pattern);
        if (!range.matches()) {
            throw new IllegalArgumentException(
                    "'" + pattern + "' is not a range of hosts such as 'node[1:3]'");
        }
        var names = new ArrayList<String>();
        for (String each : members(range, pattern)) {
            for (String rest : names(range.group(9))) {
                names.add(range.group(1) + each + rest);
            }
        }
        return names;
    }

    private static List<String> members(Matcher range, String pattern) {
        int step = range.group(8) == null ? 1 : Integer.parseInt(range.group(8));
        boolean numbers = range.group(2) != null;
        String low = first(range, 2, 4, 6);
        String high = first(range, 3, 5, 7);
        int from = numbers ? Integer.parseInt(low) : low.charAt(0);
        int to = numbers ? Integer.parseInt(high) : high.charAt(0);
        if (step < 1 || to < from || (to - from) / step > MOST) {
            throw new IllegalArgumentException("the range in '" + pattern + "' has no end");
        }
        int width = numbers && low.startsWith("0") ? low.length() : 1;
        var members = new ArrayList<String>();
        for (int i = from; i <= to; i += step) {
            members.add(numbers ? ("%0" + width + "d").formatted(i) : String.valueOf((char) i));
        }
        return members;
    }

    private static String first(Matcher range, int... groups) {
        for (int group : groups) {
            if (range.group(group) != null) {
                return range.group(group);
            }
        }
        throw new IllegalStateException("one form of the range has matched");
    }
}
