package io.kubelab.steps.machines;

import io.kubelab.machines.Vxlan;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ActiveZones;
import io.kubelab.steps.facts.FirewalldZone;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Where firewalld runs on the virthost, it lets in what the lab's other virthosts send by VXLAN,
 * and lets machines on different virthosts reach each other, as long as it isn't told to forget
 * (reload, restart): the next run tells it again. Where there is one virthost, or machines are on a
 * LAN, nothing is needed.
 *
 * <pre>{@code
 * - virthosts_admitted
 * }</pre>
 */
public record VirthostsAdmitted() implements Step {
    @Override
    public String title() {
        return "the virthost's firewall lets the other virthosts in";
    }

    @Override
    public Diff diff(Target target) {
        List<Vxlan> all = Vxlan.of(target.lab().tag(), target.lab().inventory(), target.settings());
        if (all.isEmpty()) {
            return Diff.inOrder("nothing has to be stretched");
        } else if (!target.ask(FirewalldZone.FIREWALLD_RUNS)) {
            return Diff.inOrder("firewalld does not run");
        }
        target.askTogether(new VxlanPeers(), new ActiveZones());
        List<String> devices = Vxlan.devices(target.lab().tag());
        VxlanPeers.Found found = target.ask(new VxlanPeers());
        var peers = new TreeSet<String>();
        all.forEach(v -> peers.addAll(v.peers(v.end(target.place().name()).orElseThrow())));
        var former = new TreeSet<>(found.of(devices));
        former.removeAll(peers);
        former.removeAll(found.ofOthersThan(devices));

        var changes = new ArrayList<Change>();
        // bridged packets are filtered where br_netfilter is loaded, which container nodes need; in
        // no zone even those from a port of the bridge to another are refused
        ActiveZones.Found zones = target.ask(new ActiveZones());
        all.stream()
                .map(Vxlan::bridge)
                .filter(bridge -> zones.ofInterface(bridge).isEmpty())
                .map(FirewalldZone.OF_LIBVIRT::takes)
                .forEach(changes::add);
        changes.addAll(missing(target, VirthostRule.of(target, peers)));
        changes.addAll(leftOver(target, VirthostRule.of(target, former)));
        return Diff.of(changes, "it has a rule for " + String.join(", ", peers));
    }

    private static List<Change> missing(Target target, List<VirthostRule> rules) {
        List<Boolean> there = target.askAll(rules.stream().map(VirthostRule::isThere).toList());
        var changes = new ArrayList<Change>();
        for (int i = 0; i < rules.size(); i++) {
            if (!there.get(i)) {
                changes.add(rules.get(i).added());
            }
        }
        return changes;
    }

    /** What takes away those of the rules that kubelab has made. */
    static List<Change> leftOver(Target target, List<VirthostRule> rules) {
        List<Boolean> there = target.askAll(rules.stream().map(VirthostRule::isThere).toList());
        var changes = new ArrayList<Change>();
        for (int i = 0; i < rules.size(); i++) {
            VirthostRule rule = rules.get(i);
            if (there.get(i) && !target.ask(rule.isForGood())) {
                changes.add(rule.removed());
            }
        }
        return changes;
    }
}
