package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.CommandResult;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What was done to a virthost's links by hand: VXLAN devices, addresses of bridges, MTUs. */
final class FakeLinks {
    private final Map<String, Vxlan> vxlans = new TreeMap<>();

    /** By bridge. */
    private final Map<String, String> addresses = new TreeMap<>();

    /** By process and device. */
    private final Map<String, String> mtus = new TreeMap<>();

    private record Vxlan(String end, String port, Set<String> peers) {}

    /** Makes a change, or says nothing of it. */
    boolean change(FakeHost host, String process, Program.Call call) {
        if (call.has("add")) {
            vxlans.put(
                    call.words().get(2),
                    new Vxlan(
                            "vxlan id %s local %s srcport 0 0 dstport %s ttl auto"
                                    .formatted(
                                            call.option("id"),
                                            call.option("local"),
                                            call.option("dstport")),
                            "state DOWN",
                            new TreeSet<>()));
        } else if (call.has("set") && vxlans.containsKey(call.option("dev"))) {
            Vxlan old = vxlans.get(call.option("dev"));
            String port = "master %s state UNKNOWN".formatted(call.option("master"));
            vxlans.put(call.option("dev"), new Vxlan(old.end(), port, old.peers()));
        } else if (call.has("set") && call.has("mtu")) {
            mtus.put(process + "/" + call.option("dev"), call.option("mtu"));
        } else if (call.has("address") && call.has("replace")) {
            addresses.put(call.option("dev"), call.words().get(2));
        } else if (call.has("delete")) {
            vxlans.remove(call.option("dev"));
        } else {
            return false;
        }
        host.tick("ip " + String.join(" ", call.words()));
        return true;
    }

    CommandResult bridge(FakeHost host, Program.Call call) {
        String device = call.option("dev");
        if (device.isEmpty()) {
            return prints(
                    vxlans.entrySet().stream()
                            .flatMap(v ->
                                    v.getValue().peers().stream()
                                            .map(peer ->
                                                    "00:00:00:00:00:00 dev %s dst %s self permanent\n"
                                                            .formatted(v.getKey(), peer)))
                            .collect(Collectors.joining()));
        }
        Vxlan vxlan = vxlans.get(device);
        if (vxlan == null) {
            return fails(1, "Cannot find device \"%s\"\n".formatted(device));
        }
        if (call.has("append")) {
            vxlan.peers().add(call.option("dst"));
            host.tick("bridge " + String.join(" ", call.words()));
        }
        return prints(
                vxlan.peers().stream()
                        .map("00:00:00:00:00:00 dst %s self permanent\n"::formatted)
                        .collect(Collectors.joining()));
    }

    /** Lines of {@code ip -o link}. */
    String devices(String only) {
        return vxlans.entrySet().stream()
                .filter(v -> only.isEmpty() || v.getKey().equals(only))
                .map(v ->
                        "50: %s: <BROADCAST,MULTICAST%s> mtu 1450 %s    %s\n"
                                .formatted(
                                        v.getKey(),
                                        v.getValue().port().contains("master") ? ",UP" : "",
                                        v.getValue().port(),
                                        v.getValue().end()))
                .collect(Collectors.joining());
    }

    /** With its prefix; empty: none. */
    String address(String bridge) {
        return addresses.getOrDefault(bridge, "");
    }

    String mtu(String process, String device) {
        return mtus.getOrDefault(process + "/" + device, "1500");
    }
}
