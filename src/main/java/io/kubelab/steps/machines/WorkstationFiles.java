package io.kubelab.steps.machines;

import io.kubelab.inventory.Host;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LocalFile;
import java.nio.file.Path;
import java.util.Optional;

/** Keys and lists of the lab on the workstation. */
final class WorkstationFiles {
    private WorkstationFiles() {}

    /** The private key that logs in to the lab's machines. */
    static Path labKey(Target target) {
        String setting = target.settings().machines().vmSshKeyPath();
        return "auto".equals(setting)
                ? target.lab().places().keys().resolve("id_vm_rsa")
                : Path.of(setting);
    }

    /** The private key by which a machine proves who it is. */
    static Path hostKey(Target target, Host machine) {
        return hostKeys(target).resolve(machine.name());
    }

    static Path hostKeys(Target target) {
        return target.lab().places().state().resolve("hostkeys");
    }

    /** The host keys of all machines, the only ones that are accepted. */
    static Path knownHosts(Target target) {
        return target.lab().places().state().resolve("known_hosts");
    }

    /** What Ansible and a later kubelab without arguments find the lab by. */
    static Path inventory(Target target) {
        return target.lab().places().home().resolve("inventory").resolve("vms.local.generated");
    }

    static Path publicHalf(Path key) {
        return key.resolveSibling(key.getFileName() + ".pub");
    }

    static Optional<String> text(Target target, Path file) {
        return target.ask(new LocalFile(file)).map(LocalFile.Found::text);
    }
}
