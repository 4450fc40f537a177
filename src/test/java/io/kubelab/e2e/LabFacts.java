package io.kubelab.e2e;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/**
 * What a lab is, in lines that are the same for two labs that were made of the same files: what is
 * random or has a time in it is left out. Needs a lab that stands.
 */
record LabFacts(TestVirthost virthost, Workstation user) {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final List<String> MACHINES = List.of("kube-master", "kube-node-1");

    /** History rather than state. */
    private static final String PASSING = "events|certificatesigningrequests";

    private static final String OBJECTS =
            """
            kinds=$(./kubelab kubectl api-resources --verbs=list -o name | grep -vE '^(%s)' | paste -sd,)
            ./kubelab kubectl get "$kinds" -A --no-headers --ignore-not-found \\
              -o custom-columns=KIND:.kind,IN:.metadata.namespace,NAME:.metadata.name
            """
                    .formatted(PASSING);

    private static final String OF_MACHINE =
            """
            cd /
            sudo find etc opt usr/local root home var/lib/kubelet run/kubelab -xdev \\
              \\( -path var/lib/kubelet/pods -o -path 'var/lib/kubelet/image_manager/*' -o -path '*/.cache' \\) -prune -o -printf '%y %m %u:%g %p %l\\n'
            sudo find etc/systemd etc/containerd etc/cni etc/sysctl.d usr/local/bin opt/cni -xdev -type f -exec sha256sum '{}' +
            systemctl list-unit-files --state=enabled --no-legend --plain
            ip -o -br addr | cut -d/ -f1 | grep -v -e veth -e cni0
            """;

    /** What was uploaded half-way the registry forgets by itself, an hour later. */
    private static final String OF_VIRTHOST =
            """
            find /var/lib/kubelab /.upper/etc /run/kubelab /run/lock -xdev \\( -path '*/machines/*/*' -o -path '*/_uploads/*' \\) -prune -o -printf '%y %m %p\\n'
            findmnt --raw --noheadings --output TARGET,FSTYPE
            iptables-save | grep -v -e '^#' -e '^:'
            ps -e -o comm= | grep -E '^(containerd|kube|etcd|coredns|flanneld|libvirt|virtlog|dnsmasq|registry)' |
              sort | uniq -c
            """;

    private static final String OF_USER =
            "find ~/.ssh ~/.local/state inventory -path '*/logs/*' -prune -o -printf '%y %m %p\\n'";

    TreeSet<String> all() {
        var all = new TreeSet<String>();
        add(all, "object", user.shell(LIMIT, OBJECTS));
        for (String machine : MACHINES) {
            add(
                    all,
                    machine,
                    user.kubelab(
                            LIMIT,
                            "ssh %s -- '%s'".formatted(machine, OF_MACHINE.replace("'", "'\\''"))));
        }
        add(all, "virthost", virthost.inside("sh", "-c", OF_VIRTHOST));
        add(all, "user", user.shell(LIMIT, OF_USER));
        return all;
    }

    private static void add(TreeSet<String> all, String of, Ran ran) {
        ran.succeeds().out().lines().map(LabFacts::lasting).forEach(l -> all.add(of + " " + l));
    }

    private static String lasting(String line) {
        return line.strip()
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}[-T][0-9]{2}[-:][0-9]{2}[-:][0-9.]+", "TIME")
                .replaceAll("(?<=bootstrap-token-)[a-z0-9]{6}", "ID")
                .replaceAll("@if[0-9]+", "")
                // of the lab's uuid, of a certificate authority
                .replaceAll("klab[0-9a-f]+", "BRIDGE")
                .replaceAll("(?<=:)[0-9a-f]{24}$", "AUTHORITY")
                // of replica sets and their pods, of daemon sets, of endpoint slices
                .replaceAll("-[0-9a-f]{8,10}(?=$|-)", "-HASH")
                .replaceAll("(?<=-)[bcdfghjklmnpqrstvwxz2-9]{5}$", "RANDOM")
                .replaceAll(" +", " ");
    }
}
