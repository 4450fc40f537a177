package io.kubelab.steps.node;

import io.kubelab.inventory.Inventory;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.util.Optional;

/**
 * Whose node a host is that was there before the lab: what kubelab writes on it before anything
 * else, and takes away last.
 */
public enum HostMark {
    /** Nobody's; a cluster that is on it is not kubelab's. */
    NONE,

    OURS,

    OF_ANOTHER_LAB;

    static final String DIRECTORY = "/var/lib/kubelab-node";

    /** Uuid and name of the lab, a blank between them. */
    static final String LAB = DIRECTORY + "/lab";

    /** Kernel settings as they were before. */
    static final String SYSCTL = DIRECTORY + "/sysctl";

    /** Those of {@link HostTraces} that were there before, one a line. */
    static final String BEFORE = DIRECTORY + "/before";

    /** A host that is a node and no machine of the lab's own. */
    public static boolean isBare(Target target) {
        return !target.host().in(Inventory.MACHINES);
    }

    public static HostMark of(Target target) {
        return target.ask(new FileText(LAB))
                .map(text ->
                        text.startsWith(target.lab().tag().uuid() + " ") ? OURS : OF_ANOTHER_LAB)
                .orElse(NONE);
    }

    static String text(Target target) {
        return "%s %s\n".formatted(target.lab().tag().uuid(), target.lab().tag().name());
    }

    /** Name of the lab that the host is a node of. */
    static Optional<String> lab(Target target) {
        return target.ask(new FileText(LAB)).map(text -> text.replaceFirst("^\\S+ ", "").strip());
    }
}
