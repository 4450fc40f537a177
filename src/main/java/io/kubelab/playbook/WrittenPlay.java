package io.kubelab.playbook;

import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import java.util.List;
import java.util.Optional;

/**
 * A play as it is written, before hosts and settings are known.
 *
 * @param hosts a {@link io.kubelab.inventory.HostPattern}
 * @param when settings and the values that they must have
 * @param on a pattern of one host
 */
record WrittenPlay(
        Play.Kind kind,
        Scalar name,
        Scalar hosts,
        Optional<Mapping> when,
        List<Scalar> after,
        Optional<Scalar> on,
        List<WrittenStep> steps,
        Mark mark) {
    /**
     * @param arguments empty mapping for a step that is only named
     */
    record WrittenStep(Scalar name, Mapping arguments) {}
}
