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
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.MountTable;
import io.kubelab.steps.general.WantedFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The files that a container node needs before it runs for the first time: who it is, whom it
 * knows, who may log in, and the program that makes way for systemd.
 *
 * <pre>{@code
 * - machine_files
 * }</pre>
 */
public record MachineFiles() implements Step {
    static final String INIT = "/usr/sbin/kubelab-init";
    static final String INIT_LOG = "/var/log/kubelab-init.log";
    static final String HANDED_OVER = "handed over to systemd";

    /** By which systemd starts the program that asks for an address. */
    private static final String ASKS_DHCP =
            "/etc/systemd/system/multi-user.target.d/kubelab-lan.conf";

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
     * @param narrow interfaces that must send smaller packets than usual
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
            String handedOver,
            List<LabBridges.Narrow> narrow) {}

    @Override
    public String title() {
        return "the machine has the files that it boots with";
    }

    @Override
    public Diff diff(Target target) {
        Optional<MachineKeys> keys = MachineKeys.of(target);
        if (keys.isEmpty()) {
            return MachineKeys.missing();
        }
        MachinePlaces places = MachinePlaces.of(target);
        var log = new FileText(places.initLog());
        target.askTogether(new CgroupLayout(), new MountTable(), new LibvirtListening(target), log);
        List<WantedFile> files = files(target, keys.get());
        List<Change> changes = new ArrayList<>(changes(target, places, files));
        if (isLogOfFailure(target, target.ask(log).orElse(""))) {
            changes.add(new Change.PutFile(places.initLog(), Content.NONE, FileAttributes.PUBLIC));
        }
        return Diff.of(changes, files.size() + " files are as they should be");
    }

    /**
     * As long as the root file system isn't mounted, they are where the machine's own files are
     * without it.
     */
    private static List<Change> changes(
            Target target, MachinePlaces places, List<WantedFile> files) {
        boolean mounted = target.ask(new MountTable()).at(places.root()).isPresent();
        String seen = mounted ? places.root() : places.upper();
        List<FileState.Found> found =
                target.askAll(files.stream().map(f -> new FileState(seen + f.path())).toList());
        var changes = new ArrayList<Change>();
        if (!AddressPlan.of(target.lab().tag(), target.settings()).asksDhcp()
                && !(target.ask(new FileState(seen + ASKS_DHCP))
                        instanceof FileState.Found.Absent)) {
            changes.add(new Change.Remove(places.root() + ASKS_DHCP));
        }
        for (int i = 0; i < files.size(); i++) {
            files.get(i).below(places.root()).change(found.get(i)).ifPresent(changes::add);
        }
        return changes;
    }

    /** Paths as the machine sees them. */
    private static List<WantedFile> files(Target target, MachineKeys keys) {
        Model model = model(target, keys.user());
        var files = new ArrayList<>(always(target, keys, model));
        if (model.plan().asksDhcp()) {
            files.add(rendered(target, ASKS_DHCP, "node/lan-target.conf", model));
            files.add(
                    rendered(
                            target,
                            "/etc/systemd/network/kubelab-lan.network",
                            "node/lan.network",
                            model));
            files.add(
                    rendered(
                            target,
                            "/etc/systemd/networkd.conf.d/kubelab.conf",
                            "node/networkd.conf",
                            model));
        }
        return List.copyOf(files);
    }

    private static List<WantedFile> always(Target target, MachineKeys keys, Model model) {
        return List.of(
                rendered(target, "/etc/hostname", "node/hostname", model),
                rendered(target, "/etc/hosts", "node/hosts", HostNames.of(target)),
                rendered(target, "/etc/machine-id", "node/machine-id", model),
                rendered(target, "/etc/resolv.conf", "node/resolv.conf", model),
                rendered(target, "/etc/ssh/sshd_config.d/kubelab.conf", "node/sshd.conf", model),
                rendered(
                        target,
                        "/etc/ssh/authorized_keys.d/" + model.user(),
                        "node/authorized-keys",
                        model),
                rendered(target, "/etc/sysusers.d/kubelab.conf", "node/sysusers.conf", model),
                rendered(target, "/etc/tmpfiles.d/kubelab.conf", "node/tmpfiles.conf", model),
                rendered(
                        target,
                        "/etc/systemd/system.conf.d/kubelab.conf",
                        "node/system.conf",
                        model),
                new WantedFile(
                        "/etc/ssh/ssh_host_ed25519_key",
                        new Content.Secret(keys.host()),
                        FileAttributes.PRIVATE),
                text("/etc/ssh/ssh_host_ed25519_key.pub", keys.publicHost()),
                new WantedFile(
                        "/etc/sudoers.d/kubelab",
                        new Content.Text(target.templates().render("node/sudoers", model)),
                        SUDOERS),
                // systemd takes an empty unit for a masked one: the key above is the only one
                text("/etc/systemd/system/sshd-keygen.service", ""),
                // cloud-init is for virtual machines
                text("/etc/cloud/cloud-init.disabled", ""),
                new WantedFile(
                        INIT,
                        new Content.Text(target.templates().render(initTemplate(target), model)),
                        FileAttributes.PROGRAM));
    }

    private static WantedFile rendered(Target target, String path, String template, Record model) {
        return WantedFile.rendered(target, path, template, model);
    }

    private static WantedFile text(String path, String text) {
        return new WantedFile(path, new Content.Text(text), FileAttributes.PUBLIC);
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
                HANDED_OVER,
                LabBridges.narrow(target));
    }

    /** Init left a reason and did not go on: the next start shall have a log of its own. */
    private static boolean isLogOfFailure(Target target, String said) {
        return !said.isBlank()
                && !said.strip().equals(HANDED_OVER)
                && Hypervisor.machine(target, target.host().name())
                        .filter(Machine::running)
                        .isEmpty();
    }
}
