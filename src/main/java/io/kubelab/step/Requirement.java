package io.kubelab.step;

/**
 * A step that changes nothing, because only the user can mend what it finds wrong. A preflight is
 * made of these alone.
 */
public interface Requirement extends Step {
    /**
     * Whether it is met.
     *
     * @throws io.kubelab.failure.InvalidInput with everything about it that is wrong, each with
     *     what to do
     */
    @Override
    Diff.InOrder diff(Target target);
}
