package io.kubelab.steps.cluster;

import io.kubelab.failure.ClusterFailed;
import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The control plane still has the address at which its cluster was made: certificates, etcd and
 * every kubelet name it, and kubeadm knows no way to another one. A DHCP server may have given it
 * another.
 *
 * <pre>{@code
 * - control_plane_address
 * }</pre>
 */
public record ControlPlaneAddress() implements Step {
    /** What kubeadm makes of {@code localAPIEndpoint}. */
    private static final String API_SERVER = "/etc/kubernetes/manifests/kube-apiserver.yaml";

    private static final Pattern ADDRESS = Pattern.compile("--advertise-address=([0-9.]+)");

    @Override
    public String title() {
        return "the control plane has the address that its cluster knows";
    }

    @Override
    public Diff diff(Target target) {
        Optional<String> made =
                target.ask(new FileText(API_SERVER))
                        .map(ADDRESS::matcher)
                        .filter(Matcher::find)
                        .map(m -> m.group(1));
        String address = Kubeadm.address(target, target.host());
        if (made.isEmpty()) {
            return Diff.inOrder("no cluster was made there");
        }
        if (made.get().equals(address)) {
            return Diff.inOrder("it is " + address);
        }
        String name = target.host().name();
        String mac = AddressPlan.of(target.lab().tag(), target.settings()).machine(name).mac();
        throw new ClusterFailed(
                name,
                "its cluster was made at %s, and DHCP gives it %s now"
                        .formatted(made.get(), address),
                "Reserve %s for %s on the LAN's DHCP server, let the machine start anew, and run the same command again; or make the cluster anew: 'kubelab kube-teardown', 'kubelab kube-install'."
                        .formatted(made.get(), mac));
    }
}
