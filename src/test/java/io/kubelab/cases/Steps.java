package io.kubelab.cases;

import io.kubelab.step.Step;
import java.util.ArrayList;
import java.util.List;

/** Every step there is: the lists {@code *Steps.ALL}. */
public final class Steps {
    private Steps() {}

    @SuppressWarnings("unchecked")
    public static List<Class<? extends Step>> all() {
        var all = new ArrayList<Class<? extends Step>>();
        for (String area : List.of("General", "Bundle", "Machines", "Node", "Cluster", "Network")) {
            try {
                Class<?> list =
                        Class.forName(
                                "io.kubelab.steps.%s.%sSteps"
                                        .formatted(area.toLowerCase(java.util.Locale.ROOT), area));
                all.addAll((List<Class<? extends Step>>) list.getField("ALL").get(null));
            } catch (ClassNotFoundException e) {
                // not merged yet
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return all;
    }
}
