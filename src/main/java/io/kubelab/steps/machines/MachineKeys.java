package io.kubelab.steps.machines;

import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a machine is given to prove who it is, and to know who may log in.
 *
 * @param user public key of the login user, in OpenSSH's one-line form
 * @param host private key of the machine
 * @param publicHost its public half
 */
record MachineKeys(String user, String host, String publicHost) {
    /** Empty as long as an earlier play has not made them. */
    static Optional<MachineKeys> of(Target target) {
        Path host = WorkstationFiles.hostKey(target, target.host());
        Path user = WorkstationFiles.publicHalf(WorkstationFiles.labKey(target));
        Optional<String> publicUser = WorkstationFiles.text(target, user);
        Optional<String> secret = WorkstationFiles.text(target, host);
        Optional<String> publicHost =
                WorkstationFiles.text(target, WorkstationFiles.publicHalf(host));
        return publicUser.flatMap(
                u -> secret.flatMap(h -> publicHost.map(p -> new MachineKeys(u.strip(), h, p))));
    }

    static Diff missing() {
        return new Diff.Pending(
                "the lab's keys on the workstation",
                Duration.ofSeconds(10),
                new Diff.Wake.Every(Duration.ofSeconds(1)),
                "Run 'kubelab virthost-setup', whose first plays make them.");
    }

    @Override
    public String toString() {
        return "***";
    }
}
