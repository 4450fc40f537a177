package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values of kernel settings, by their names as sysctl(8) writes them; those that the kernel doesn't
 * have are left out.
 *
 * @param names such as {@code net.ipv4.ip_forward}
 */
public record KernelSettings(List<String> names) implements Fact.OfHost<Map<String, String>> {
    private static final String ROOT = "/proc/sys/";

    @Override
    public Command command() {
        var argv = new ArrayList<>(List.of("grep", "-s", "-H", ""));
        names.forEach(name -> argv.add(ROOT + name.replace('.', '/')));
        return Command.of(argv);
    }

    @Override
    public Map<String, String> parse(CommandResult result) {
        var values = new TreeMap<String, String>();
        for (String line : result.out().lines().toList()) {
            String[] pair = line.split(":", 2);
            values.put(pair[0].substring(ROOT.length()).replace('/', '.'), pair[1]);
        }
        return values;
    }
}
