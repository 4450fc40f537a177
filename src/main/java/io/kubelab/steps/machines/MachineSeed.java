package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.machines.MachineSpec.Nic;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a virtual machine's cloud-init reads (data source NoCloud): who it is, who may log in, its
 * addresses. One that was made with another seed starts anew and does what the new one says.
 *
 * <pre>{@code
 * - machine_seed
 * }</pre>
 */
public record MachineSeed() implements Step {
    /** By which cloud-init finds the disc. */
    private static final String LABEL = "cidata";

    /**
     * What templates/cloud-init sees.
     *
     * @param user the login user
     * @param key its public key, in OpenSSH's one-line form
     * @param hostKey private key of the machine
     * @param instance other for another seed
     */
    private record Model(
            String name,
            String user,
            String key,
            String hostKey,
            String publicHostKey,
            List<Plug> nics,
            String nameServer,
            String instance) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * @param mtu where it isn't the usual one
     */
    record Plug(
            String mac,
            String address,
            int prefix,
            Optional<String> gateway,
            Optional<Integer> mtu) {
        private static Plug of(Target target, Nic nic) {
            return new Plug(
                    nic.mac(),
                    nic.address(),
                    nic.prefix(),
                    nic.gateway(),
                    Optional.of(LabBridges.mtu(target, nic))
                            .filter(mtu -> mtu != LabBridges.USUAL_MTU));
        }
    }

    @Override
    public String title() {
        return "the machine has the seed that it boots with";
    }

    @Override
    public Diff diff(Target target) {
        Optional<MachineKeys> keys = MachineKeys.of(target);
        if (keys.isEmpty()) {
            return MachineKeys.missing();
        }
        String path = MachinePlaces.of(target).seed();
        target.askTogether(new FileState(path), new LibvirtListening(target));
        Content wanted = seed(target, keys.get());
        // whose it is, libvirt decides while the machine runs
        if (target.ask(new FileState(path)).holds(wanted)) {
            return Diff.inOrder("it is " + path);
        }
        var put = new Change.PutFile(path, wanted, FileAttributes.PRIVATE);
        return new Diff.Needs(MachineRunning.whileOff(target, put));
    }

    private static Content seed(Target target, MachineKeys keys) {
        Model model = model(target, keys, "");
        String userData = target.templates().render("cloud-init/user-data", model);
        String network = target.templates().render("cloud-init/network-config", model);
        String instance = new Content.Text(userData + network).sha256().substring(0, 32);
        var files = new TreeMap<String, String>();
        files.put("user-data", userData);
        files.put("network-config", network);
        files.put(
                "meta-data",
                target.templates().render("cloud-init/meta-data", model(target, keys, instance)));
        return target.discs().iso(LABEL, files);
    }

    private static Model model(Target target, MachineKeys keys, String instance) {
        return new Model(
                target.host().name(),
                target.settings().machines().defaultAnsibleUser(),
                keys.user(),
                keys.host().strip(),
                keys.publicHost().strip(),
                MachineDefined.nics(target).stream().map(nic -> Plug.of(target, nic)).toList(),
                AddressPlan.of(target.lab().tag(), target.settings()).nameServer().text(),
                instance);
    }
}
