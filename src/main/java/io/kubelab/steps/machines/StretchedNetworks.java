package io.kubelab.steps.machines;

import io.kubelab.machines.Vxlan;
import io.kubelab.remote.Command;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The lab's networks are the same on all of its virthosts: a VXLAN device in each bridge sends to
 * the other virthosts what machines there are to get. Where there is one virthost, or machines are
 * on a LAN, nothing is needed.
 *
 * <pre>{@code
 * - stretched_networks
 * }</pre>
 */
public record StretchedNetworks() implements Step {
    private static final Duration MOMENT = Duration.ofSeconds(10);

    private static final String REMEDY =
            "kubelab has to be root on the virthost, whose kernel needs VXLAN (module vxlan) and which needs ip and bridge (package iproute2 or iproute).";

    @Override
    public String title() {
        return "the lab's networks reach all of its virthosts";
    }

    @Override
    public Diff diff(Target target) {
        List<Vxlan> all = Vxlan.of(target.lab().tag(), target.lab().inventory(), target.settings());
        List<Optional<VxlanState.Found>> found =
                target.askAll(all.stream().map(v -> new VxlanState(v.device())).toList());
        var changes = new ArrayList<Change>();
        for (int i = 0; i < all.size(); i++) {
            changes.addAll(changes(all.get(i), target.place().name(), found.get(i)));
        }
        return Diff.of(
                changes,
                all.isEmpty()
                        ? "nothing has to be stretched"
                        : all.stream()
                                .map(v -> "%s is VXLAN %d".formatted(v.device(), v.id()))
                                .collect(Collectors.joining(", ")));
    }

    private static List<Change> changes(
            Vxlan vxlan, String virthost, Optional<VxlanState.Found> found) {
        Vxlan.End own = vxlan.end(virthost).orElseThrow();
        var end = new VxlanState.End(vxlan.id(), own.outer().text(), Vxlan.PORT);
        List<String> peers = vxlan.peers(own);
        var changes = new ArrayList<Change>();
        if (found.isPresent() && !found.get().end().equals(end)) {
            changes.add(run("ip", "link", "delete", "dev", vxlan.device()));
        }
        Optional<VxlanState.Found> kept = found.filter(f -> f.end().equals(end));
        if (kept.isEmpty()) {
            changes.add(added(vxlan.device(), end));
        }
        if (kept.filter(f -> isPort(f, vxlan)).isEmpty()) {
            changes.add(
                    run(
                            "ip",
                            "link",
                            "set",
                            "dev",
                            vxlan.device(),
                            "mtu",
                            String.valueOf(Vxlan.MTU),
                            "master",
                            vxlan.bridge(),
                            "up"));
        }
        for (String peer : peers) {
            if (kept.filter(f -> f.peers().contains(peer)).isEmpty()) {
                changes.add(peer("append", vxlan, peer));
            }
        }
        kept.ifPresent(f ->
                f.peers().stream()
                        .filter(peer -> !peers.contains(peer))
                        .forEach(peer -> changes.add(peer("delete", vxlan, peer))));
        return changes;
    }

    private static boolean isPort(VxlanState.Found found, Vxlan vxlan) {
        return found.up() && found.mtu() == Vxlan.MTU && found.master().equals(vxlan.bridge());
    }

    private static Change added(String device, VxlanState.End end) {
        return run(
                "ip",
                "link",
                "add",
                device,
                "type",
                "vxlan",
                "id",
                String.valueOf(end.id()),
                "local",
                end.local(),
                "dstport",
                String.valueOf(end.port()));
    }

    private static Change peer(String what, Vxlan vxlan, String peer) {
        return run("bridge", "fdb", what, VxlanState.ALL, "dev", vxlan.device(), "dst", peer);
    }

    private static Change run(String... argv) {
        return new Change.Run(Command.of(List.of(argv)), MOMENT, REMEDY);
    }
}
