package io.kubelab.steps.node;

import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.InContainer;
import io.kubelab.steps.general.WantedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Forwarding between pods, now and after a boot; and where there are several API servers, machines
 * notice soon that one of them is gone. On machines of kubelab's everybody may ping, as most
 * distributions have it. A container node has its virthost's kernel modules and can't load any;
 * whether the modules are there, its own sysctls tell.
 *
 * <pre>{@code
 * - kernel_settings
 * }</pre>
 */
public record KernelSettings() implements Step {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Packets are forwarded, and those that cross a bridge filtered by iptables too. */
    static final List<String> ON =
            List.of(
                    "net.ipv4.ip_forward",
                    "net.bridge.bridge-nf-call-iptables",
                    "net.bridge.bridge-nf-call-ip6tables");

    /**
     * How long a neighbour's silence is waited for, three times, before an address counts as
     * unreachable; a multiple of ticks for every rate of the kernel. Its own second is too long
     * where several machines are tried in turn: Multus gives itself 2.5 s for all.
     */
    private static final String SILENCE_MS = "200";

    private static final String PINGING_GROUPS = "net.ipv4.ping_group_range";

    record NoValues() {}

    /**
     * @param silence setting of that name; empty: the kernel's own value will do
     * @param everybodyPings groups that may send ICMP echo without being root (icmp(7)): all
     */
    record Values(String silence, String silenceMs, boolean everybodyPings) {}

    @Override
    public String title() {
        return "the kernel forwards packets between pods";
    }

    @Override
    public Diff diff(Target target) {
        boolean ownKernel = !InContainer.is(target);
        var files = new ArrayList<WantedFile>();
        if (ownKernel) {
            files.add(
                    WantedFile.rendered(
                            target, HostTraces.MODULES, "node/modules.conf", new NoValues()));
        }
        var values =
                new Values(
                        target.lab().inventory().sharesApiServer()
                                ? "net.ipv4.neigh.%s.retrans_time_ms"
                                        .formatted(target.settings().multus().multusMacvlanMaster())
                                : "",
                        SILENCE_MS,
                        !HostMark.isBare(target));
        files.add(WantedFile.rendered(target, HostTraces.SYSCTLS, "node/sysctl.conf", values));
        List<Change> changes = new ArrayList<>(WantedFile.changes(target, files));
        Map<String, String> wanted = wanted(values);
        var names = List.copyOf(wanted.keySet());
        Map<String, String> now = target.ask(new io.kubelab.steps.facts.KernelSettings(names));
        if (!now.entrySet().containsAll(wanted.entrySet())) {
            Command load = Command.of("sysctl", "--load", HostTraces.SYSCTLS);
            changes.add(
                    new Change.Run(
                            ownKernel
                                    ? Command.of("modprobe", "--all", "overlay", "br_netfilter")
                                            .then(load)
                                    : load,
                            LIMIT,
                            "Load the modules overlay and br_netfilter on the virthost (modprobe) and run the same command again."));
        }
        return Diff.of(changes, String.join(", ", names) + " are as asked");
    }

    private static Map<String, String> wanted(Values values) {
        var wanted = new LinkedHashMap<String, String>();
        ON.forEach(name -> wanted.put(name, "1"));
        if (values.everybodyPings()) {
            wanted.put(PINGING_GROUPS, "0\t2147483647");
        }
        if (!values.silence().isEmpty()) {
            wanted.put(values.silence(), values.silenceMs());
        }
        return wanted;
    }
}
