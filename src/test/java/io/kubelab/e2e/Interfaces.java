package io.kubelab.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ip(8) {@code a} tells. */
final class Interfaces {
    private static final Pattern INET =
            Pattern.compile("^\\d+: (\\S+?)(?:@\\S+)?: |^ +inet (\\S+)");

    private Interfaces() {}

    /** "eth0 10.244.1.2/24", the loopback interface left out. */
    static List<String> in(String text) {
        var found = new ArrayList<String>();
        String name = "";
        for (String line : text.lines().toList()) {
            Matcher m = INET.matcher(line);
            if (m.find()) {
                if (m.group(1) != null) {
                    name = m.group(1);
                } else if (!"lo".equals(name)) {
                    found.add(name + " " + m.group(2));
                }
            }
        }
        return found;
    }
}
