package io.kubelab.steps.node;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Ports that TCP listens on, on whatever address (/proc/net/tcp of proc(5)). */
final class ListeningPorts {
    private static final String LISTEN = "0A";

    private ListeningPorts() {}

    static Set<Integer> of(List<String> lines) {
        // "0: 00000000:280A 00000000:0000 0A ..."
        return lines.stream()
                .map(line -> List.of(line.strip().split("\\s+")))
                .filter(fields -> fields.size() > 3 && fields.get(3).equals(LISTEN))
                .map(fields -> fields.get(1).replaceFirst(".*:", ""))
                .map(port -> Integer.parseInt(port, 16))
                .collect(Collectors.toUnmodifiableSet());
    }
}
