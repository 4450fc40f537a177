package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.cluster.ClusterClient;
import io.kubelab.cluster.Clusters;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.Host;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Connection;
import io.kubelab.remote.Connections;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Machines on which kubeadm makes and joins clusters, as far as files, etcd's members and a few
 * objects tell. As the real one it refuses to join where a member doesn't answer, where the node is
 * known as ready, and where keys of the cluster are missing.
 */
final class FakeControlPlanes {
    private static final List<String> KEYS = List.of("ca", "sa", "front-proxy-ca", "etcd/ca");
    private static final String DATA = "/var/lib/etcd/member";

    private final Map<String, String> addresses;
    private final Map<String, FakeHost> hosts = new ConcurrentHashMap<>();
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final List<Cluster> clusters = new ArrayList<>();

    /** Whose cluster's data is on a machine's disk; no lock of a machine is needed to know it. */
    private final Map<String, String> data = new ConcurrentHashMap<>();

    private int ids = 100;

    /** One that was made at some time. */
    private static final class Cluster {
        final FakeApiServer api = new FakeApiServer(_ -> {});
        final String authority;

        /** Id → host. */
        final Map<String, String> members = new TreeMap<>();

        Cluster(int number) {
            authority = "authority " + number;
        }
    }

    /**
     * @param addresses of machines, by name
     */
    FakeControlPlanes(Map<String, String> addresses) {
        this.addresses = Map.copyOf(addresses);
        addresses.keySet().forEach(this::begins);
    }

    /** A machine starts with an empty disk, whatever there was before. */
    void begins(String name) {
        var host = new FakeHost(name);
        Map<String, Program> programs =
                Map.ofEntries(
                        Map.entry("kubeadm", this::kubeadm),
                        Map.entry("curl", this::curl),
                        Map.entry("find", FakeControlPlanes::find),
                        Map.entry("grep", FakeControlPlanes::grep),
                        Map.entry("stat", FakeControlPlanes::stat),
                        Map.entry("install", FakeControlPlanes::install),
                        Map.entry("sh", (_, _) -> prints("")),
                        Map.entry("pgrep", (_, _) -> fails(1, "")),
                        Map.entry("crictl", (_, _) -> prints("")),
                        Map.entry("ls", (_, _) -> prints("lo\n")),
                        Map.entry("nft", (_, _) -> prints("")),
                        Map.entry("date", (_, _) -> prints("1795435200\n")));
        programs.forEach(host::model);
        write(host, "/proc/self/status", "CapBnd:\t000001ffffffffff\n");
        write(host, "/proc/swaps", "Filename\n");
        write(host, "/proc/self/mountinfo", "");
        data.remove(name);
        hosts.put(name, host);
    }

    /** It answers no more, and nobody knows what is on its disk. */
    void falls(String name) {
        hosts.remove(name);
    }

    FakeHost host(String name) {
        return Optional.ofNullable(hosts.get(name))
                .orElseThrow(() -> new Unreachable(name, "no route to host", "Start it."));
    }

    synchronized int clustersEver() {
        return clusters.size();
    }

    /** Names of the machines whose etcds are members of the newest cluster. */
    synchronized List<String> members() {
        return clusters.getLast().members.values().stream().sorted().toList();
    }

    private static void write(FakeHost host, String path, String text) {
        host.put(path, new Content.Text(text), FileAttributes.PRIVATE);
    }

    private static String text(FakeHost host, String path) {
        return switch (host.at(path).orElse(null)) {
            case Item.RegularFile(Content.Text(String text), _, _, _) -> text;
            case Item.RegularFile(Content.Secret(String text), _, _, _) -> text;
            case null, default -> "";
        };
    }

    private synchronized CommandResult kubeadm(FakeHost host, Program.Call call) {
        return switch (call.words().getFirst()) {
            case "init" -> init(host);
            case "join" -> join(host);
            case "reset" -> reset(host);
            default -> throw host.unmodelled("kubeadm", call);
        };
    }

    private CommandResult init(FakeHost host) {
        var cluster = new Cluster(clusters.size());
        clusters.add(cluster);
        boolean shared =
                text(host, "/etc/kubernetes/kubelab/init.yaml").contains("controlPlaneEndpoint:");
        for (String key : KEYS) {
            write(host, pki(key, "key"), cluster.authority + " " + key);
            write(host, pki(key, key.equals("sa") ? "pub" : "crt"), cluster.authority);
        }
        for (String object :
                List.of(
                        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: coredns, namespace: kube-system}, spec: {replicas: 2}}",
                        "{apiVersion: v1, kind: Service, metadata: {name: kube-dns, namespace: kube-system}}",
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: coredns, namespace: kube-system}}",
                        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: coredns, namespace: kube-system}}",
                        "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: kube-proxy, namespace: kube-system}}",
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-proxy, namespace: kube-system}}",
                        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: kube-proxy, namespace: kube-system}}",
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: kubeadm-config, namespace: kube-system}, data: {ClusterConfiguration: '%s'}}"
                                .formatted(shared ? "controlPlaneEndpoint: kube-api:6443" : "{}"),
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: cluster-info, namespace: kube-public}, data: {kubeconfig: '{clusters: [{cluster: {certificate-authority-data: %s}}]}'}}"
                                .formatted(
                                        Base64.getEncoder()
                                                .encodeToString(
                                                        cluster.authority.getBytes(
                                                                StandardCharsets.UTF_8))),
                        "{apiVersion: v1, kind: Secret, metadata: {name: bootstrap-token-abcdef, namespace: kube-system}, type: bootstrap.kubernetes.io/token, data: {token-id: YWJjZGVm, token-secret: YWJjZGVmMDEyMzQ1Njc4OQ==, usage-bootstrap-authentication: dHJ1ZQ==}}")) {
            cluster.api.store(object);
        }
        runs(host, cluster);
        return prints("");
    }

    private static String pki(String name, String ending) {
        return "/etc/kubernetes/pki/" + name + "." + ending;
    }

    private void runs(FakeHost host, Cluster cluster) {
        cluster.members.put(Integer.toString(ids++), host.name());
        write(host, DATA, cluster.authority);
        data.put(host.name(), cluster.authority);
        for (String file : List.of("manifests/etcd.yaml", "admin.conf")) {
            write(host, "/etc/kubernetes/" + file, file);
        }
        write(host, "/etc/kubernetes/kubelet.conf", "kubelet-client-current.pem");
        cluster.api.store(
                "{apiVersion: v1, kind: Node, metadata: {name: %s}}".formatted(host.name()));
    }

    private CommandResult join(FakeHost host) {
        Cluster cluster = clusters.getLast();
        if (!text(host, "/etc/kubernetes/kubelab/join.yaml")
                .contains("advertiseAddress: \"%s\"".formatted(addresses.get(host.name())))) {
            return fails(1, "no control plane is asked for");
        }
        for (String key : KEYS) {
            if (!text(host, pki(key, "key")).equals(cluster.authority + " " + key)) {
                return fails(1, "no " + key);
            }
        }
        for (String member : cluster.members.values()) {
            if (!isMember(member, cluster)) {
                return fails(1, "etcd cluster is not healthy: " + member);
            }
        }
        if (knows(cluster, host.name())) {
            return fails(1, "a Node with that name and status Ready already exists");
        }
        runs(host, cluster);
        return prints("");
    }

    private static boolean knows(Cluster cluster, String node) {
        return cluster.api.list("v1", "Node", "").stream()
                .anyMatch(n -> n.text("metadata", "name").orElse("").equals(node));
    }

    private boolean isMember(String name, Cluster cluster) {
        return hosts.containsKey(name) && cluster.authority.equals(data.get(name));
    }

    private boolean hasQuorum(Cluster cluster) {
        long there = cluster.members.values().stream().filter(m -> isMember(m, cluster)).count();
        return there * 2 > cluster.members.size();
    }

    private CommandResult reset(FakeHost host) {
        clusters.stream()
                .filter(cluster -> cluster.members.size() > 1)
                .forEach(cluster -> cluster.members.values().remove(host.name()));
        data.remove(host.name());
        host.remove("/var/lib/etcd");
        host.remove("/etc/kubernetes/manifests");
        return prints("");
    }

    private synchronized CommandResult curl(FakeHost host, Program.Call call) {
        String url = call.words().getLast();
        Optional<Cluster> its =
                clusters.stream()
                        .filter(cluster -> cluster.members.containsValue(host.name()))
                        .filter(cluster -> isMember(host.name(), cluster) && hasQuorum(cluster))
                        .findFirst();
        if (its.isEmpty()) {
            return fails(7, "connection refused");
        }
        Map<String, String> members = its.get().members;
        if (url.endsWith("/readyz")) {
            return prints("ok");
        } else if (url.endsWith("/v3/cluster/member/list")) {
            return prints(
                    members.entrySet().stream()
                            .map(m ->
                                    "{\"ID\": \"%s\", \"name\": \"%s\", \"peerURLs\": [\"https://%s:2380\"]}"
                                            .formatted(
                                                    m.getKey(),
                                                    m.getValue(),
                                                    addresses.get(m.getValue())))
                            .collect(Collectors.joining(", ", "{\"members\": [", "]}")));
        } else if (url.endsWith("/v3/cluster/member/remove")) {
            String id = call.option("--data").replaceAll("[^0-9]", "");
            host.tick("remove member " + id);
            return members.remove(id) == null ? fails(22, "member not found") : prints("{}");
        }
        throw host.unmodelled("curl", call);
    }

    private static CommandResult find(FakeHost host, Program.Call call) {
        String found =
                call.operands().stream()
                        .filter(path -> path.startsWith("/") && !host.tree(path).isEmpty())
                        .map(path -> path + "\n")
                        .collect(Collectors.joining());
        return new CommandResult(0, found, "");
    }

    private static CommandResult grep(FakeHost host, Program.Call call) {
        return text(host, call.operands().getLast()).contains(call.operands().getFirst())
                ? prints("")
                : fails(1, "");
    }

    private static CommandResult stat(FakeHost host, Program.Call call) {
        return call.has("--file-system")
                ? prints("cgroup2fs\n")
                : Objects.requireNonNull(Coreutils.PROGRAMS.get("stat")).run(host, call);
    }

    private static CommandResult install(FakeHost host, Program.Call call) {
        if (call.has("-d")) {
            return Objects.requireNonNull(Coreutils.PROGRAMS.get("install")).run(host, call);
        }
        host.put(
                call.operands().getLast(),
                new Content.Text(text(host, call.operands().getFirst())),
                new FileAttributes(
                        call.option("--mode"),
                        call.option("--owner") + ":" + call.option("--group")));
        return prints("");
    }

    /** Of the first machine whose API server is ready. */
    Clusters clusters() {
        return new Clusters() {
            @Override
            public Optional<ClusterClient> cluster() {
                synchronized (FakeControlPlanes.this) {
                    return clusters.stream()
                            .filter(FakeControlPlanes.this::hasQuorum)
                            .map(cluster -> (ClusterClient) cluster.api)
                            .findFirst();
                }
            }

            @Override
            public void forget() {}

            @Override
            public void close() {}
        };
    }

    Connections connections() {
        return new Connections() {
            @Override
            public Connection to(Host host) {
                FakeHost there = host(host.name());
                return connections.compute(
                        host.name(),
                        (_, old) ->
                                old instanceof FakeConnection known && known.leadsTo(there)
                                        ? old
                                        : new FakeConnection(there));
            }

            @Override
            public boolean approach(Host host) {
                return hosts.containsKey(host.name());
            }

            @Override
            public void forget(Host host) {}

            @Override
            public void close() {}
        };
    }
}
