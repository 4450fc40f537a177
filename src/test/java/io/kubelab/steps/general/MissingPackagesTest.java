package io.kubelab.steps.general;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told when it fails, by the programs' own words; dnf 4 itself is asked by DnfIT. */
class MissingPackagesTest {
    private static final String LOCKED = "Another program";
    private static final String UNSIGNED = "not signed by a key";
    private static final String UNREACHED = "doesn't reach a package repository";
    private static final String UNKNOWN = "have no package of that name";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    APT | E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt) | LOCKED
                    APT | E: The repository 'http://x trixie InRelease' is not signed. | UNSIGNED
                    APT | W: Failed to fetch http://x/dists  Temporary failure resolving 'x' - E: Unable to locate package zz | UNREACHED
                    APT | E: Unable to locate package zz | UNKNOWN
                    APT | E: Broken packages | OTHER
                    DNF | Transaction failed: Failed to obtain rpm transaction lock. Another transaction is in progress. | LOCKED
                    DNF | Transaction failed: Signature verification failed. | UNSIGNED
                    DNF | OpenPGP check for package "a-1" from repo "r" has failed: Public key is not installed. | UNSIGNED
                    DNF | Error: GPG check FAILED | UNSIGNED
                    DNF | Failed to download metadata (baseurl: "http://x") for repository "r" - No match for argument: zz | UNREACHED
                    DNF | No match for argument: zz | UNKNOWN
                    DNF | Waiting for process with pid 7 to finish. | LOCKED
                    DNF | Waiting for process with pid 7 to finish. - No match for argument: zz | UNKNOWN
                    DNF | Problem: conflicting requests | OTHER
                    """)
    void theRemedyFitsTheReason(Packaging packaging, String output, String reason) {
        var change = (Change.RunLong) new MissingPackages(packaging, List.of("zz")).installation();
        assertThat(change.remedy().after(output))
                .contains(
                        switch (reason) {
                            case "LOCKED" -> LOCKED;
                            case "UNSIGNED" -> UNSIGNED;
                            case "UNREACHED" -> UNREACHED;
                            case "UNKNOWN" -> UNKNOWN;
                            default -> "output; its";
                        });
    }
}
