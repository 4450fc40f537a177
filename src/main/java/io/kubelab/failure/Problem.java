package io.kubelab.failure;

/**
 * One thing that is wrong with the input.
 *
 * @param place where: {@code file:line:col}, or the option or host it concerns
 * @param what what is wrong and, after a comma or semicolon, what to write instead
 */
public record Problem(String place, String what) {
    @Override
    public String toString() {
        return place + ": " + what;
    }
}
