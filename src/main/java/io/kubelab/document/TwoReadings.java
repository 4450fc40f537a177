package io.kubelab.document;

import io.kubelab.document.Node.Scalar;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Plain scalars that YAML 1.1 (PyYAML, so Ansible) and YAML 1.2 (core schema) read differently. Who
 * wrote one may mean either, so it is refused rather than guessed.
 */
final class TwoReadings {
    private static final Pattern TRUE =
            Pattern.compile("yes|Yes|YES|on|On|ON"); // YAML 1.1, type bool
    private static final Pattern FALSE = Pattern.compile("no|No|NO|off|Off|OFF");
    private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-9_]+|0o[0-7]+");
    private static final Pattern SIXTIES =
            Pattern.compile("[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?");
    private static final Pattern GROUPED = Pattern.compile("[-+]?[0-9]+(_[0-9]+)+|0b[01_]+");

    private TwoReadings() {}

    /** What the two make of it: completes "'no' is …". */
    static Optional<String> of(Scalar scalar) {
        if (scalar.quoted()) {
            return Optional.empty();
        }
        String text = scalar.text();
        if (isTrue(scalar)) {
            return Optional.of("true in YAML 1.1 and text in YAML 1.2");
        }
        if (isFalse(scalar)) {
            return Optional.of("false in YAML 1.1 and text in YAML 1.2");
        }
        if (OCTAL.matcher(text).matches()) {
            return Optional.of("an octal number in one version of YAML and not in the other");
        }
        if (SIXTIES.matcher(text).matches()) {
            return Optional.of("a number to the base of 60 in YAML 1.1 and text in YAML 1.2");
        }
        if (GROUPED.matcher(text).matches()) {
            return Optional.of("a number in YAML 1.1 and text in YAML 1.2");
        }
        return Optional.empty();
    }

    static boolean isTrue(Scalar scalar) {
        return TRUE.matcher(scalar.text()).matches();
    }

    static boolean isFalse(Scalar scalar) {
        return FALSE.matcher(scalar.text()).matches();
    }
}
