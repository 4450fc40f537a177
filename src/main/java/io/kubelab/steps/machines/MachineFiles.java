package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.VirtualMachines.Machine;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.facts.FileState.Found;
import io.kubelab.steps.general.WantedFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The files that a machine needs before it runs for the first time: who it is, whom it knows, who
 * may log in, and the program that makes way for systemd.
 *
 * <pre>{@code
 * - machine_files
 * }</pre>
 */
public record MachineFiles() implements Step {
    static final String INIT = "/usr/sbin/kubelab-init";
    static final String INIT_LOG = "/var/log/kubelab-init.log";
    static final String HANDED_OVER = "handed over to systemd";

    private static final FileAttributes SUDOERS = new FileAttributes("0440", "root:root");

    /**
     * What templates/node sees.
     *
     * @param user the login user
     * @param key its public key, in OpenSSH's one-line form
     * @param machineId 32 hex digits (machine-id(5))
     * @param group cgroup of the machine
     * @param log where init says why it gave up
     * @param settings directory of files that stand for kernel settings
     * @param handedOver its last words when all went well
     */
    private record Model(
            String name,
            AddressPlan plan,
            String user,
            String key,
            String machineId,
            String group,
            String log,
            String settings,
            String handedOver) {}

    @Override
    public String title() {
        return "the machine has the files that it boots with";
    }

    @Override
    public Diff diff(Target target) {
        Optional<Keys> keys = keys(target);
        if (keys.isEmpty()) {
            return new Diff.Pending(
                    "the lab's keys on the workstation",
                    Duration.ofSeconds(10),
                    new Diff.Wake.Every(Duration.ofSeconds(1)),
                    "Run 'kubelab virthost-setup', whose first plays make them.");
        }
        MachinePlaces places = MachinePlaces.of(target);
        target.askTogether(
                new CgroupLayout(), new LibvirtListening(), new FileState(places.initLog()));
        List<WantedFile> files = files(target, places.root(), keys.get());
        List<Change> changes = new ArrayList<>(WantedFile.changes(target, files));
        if (isLogOfFailure(target, places)) {
            changes.add(new Change.PutFile(places.initLog(), Content.NONE, FileAttributes.PUBLIC));
        }
        return Diff.of(changes, files.size() + " files are as they should be");
    }

    /**
     * @param user public key of the login user
     * @param host private key of the machine
     * @param publicHost its public half
     */
    private record Keys(String user, String host, String publicHost) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** Empty as long as an earlier play has not made them. */
    private static Optional<Keys> keys(Target target) {
        Path host = WorkstationFiles.hostKey(target, target.host());
        Path user = WorkstationFiles.publicHalf(WorkstationFiles.labKey(target));
        Optional<String> publicUser = WorkstationFiles.text(target, user);
        Optional<String> secret = WorkstationFiles.text(target, host);
        Optional<String> publicHost =
                WorkstationFiles.text(target, WorkstationFiles.publicHalf(host));
        return publicUser.flatMap(
                u -> secret.flatMap(h -> publicHost.map(p -> new Keys(u.strip(), h, p))));
    }

    private static List<WantedFile> files(Target target, String root, Keys keys) {
        Model model = model(target, keys.user());
        return List.of(
                rendered(target, root, "/etc/hostname", "node/hostname", model),
                rendered(target, root, "/etc/hosts", "node/hosts", model),
                rendered(target, root, "/etc/machine-id", "node/machine-id", model),
                rendered(target, root, "/etc/resolv.conf", "node/resolv.conf", model),
                rendered(
                        target,
                        root,
                        "/etc/ssh/sshd_config.d/kubelab.conf",
                        "node/sshd.conf",
                        model),
                rendered(
                        target,
                        root,
                        "/etc/ssh/authorized_keys.d/" + model.user(),
                        "node/authorized-keys",
                        model),
                rendered(target, root, "/etc/sysusers.d/kubelab.conf", "node/sysusers.conf", model),
                rendered(target, root, "/etc/tmpfiles.d/kubelab.conf", "node/tmpfiles.conf", model),
                rendered(
                        target,
                        root,
                        "/etc/systemd/system.conf.d/kubelab.conf",
                        "node/system.conf",
                        model),
                new WantedFile(
                        root + "/etc/ssh/ssh_host_ed25519_key",
                        new Content.Secret(keys.host()),
                        FileAttributes.PRIVATE),
                text(root, "/etc/ssh/ssh_host_ed25519_key.pub", keys.publicHost()),
                new WantedFile(
                        root + "/etc/sudoers.d/kubelab",
                        new Content.Text(target.templates().render("node/sudoers", model)),
                        SUDOERS),
                // systemd takes an empty unit for a masked one: the key above is the only one
                text(root, "/etc/systemd/system/sshd-keygen.service", ""),
                // cloud-init is for virtual machines
                text(root, "/etc/cloud/cloud-init.disabled", ""),
                new WantedFile(
                        root + INIT,
                        new Content.Text(target.templates().render(initTemplate(target), model)),
                        FileAttributes.PROGRAM));
    }

    private static WantedFile rendered(
            Target target, String root, String path, String template, Record model) {
        return WantedFile.rendered(target, root + path, template, model);
    }

    private static WantedFile text(String root, String path, String text) {
        return new WantedFile(root + path, new Content.Text(text), FileAttributes.PUBLIC);
    }

    private static String initTemplate(Target target) {
        return switch (target.ask(new CgroupLayout())) {
            case HYBRID -> "node/init-hybrid.sh";
            case UNIFIED -> "node/init-unified.sh";
        };
    }

    private static Model model(Target target, String key) {
        var tag = target.lab().tag();
        String name = target.host().name();
        UUID id =
                UUID.nameUUIDFromBytes((tag.uuid() + "/" + name).getBytes(StandardCharsets.UTF_8));
        return new Model(
                name,
                AddressPlan.of(tag, target.settings()),
                target.settings().machines().defaultAnsibleUser(),
                key,
                id.toString().replace("-", ""),
                MachineCgroups.group(target, name),
                INIT_LOG,
                "/var/lib/kubelab/settings",
                HANDED_OVER);
    }

    /** Init left a reason and did not go on: the next start shall have a log of its own. */
    private static boolean isLogOfFailure(Target target, MachinePlaces places) {
        boolean running =
                Hypervisor.machine(target, target.host().name())
                        .filter(Machine::running)
                        .isPresent();
        return !running
                && target.ask(new FileState(places.initLog()))
                        instanceof Found.RegularFile(_, _, String sha256)
                && !sha256.equals(Content.NONE.sha256());
    }
}
