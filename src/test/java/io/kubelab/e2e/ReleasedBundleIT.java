package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.release.ReleaseSite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A lab of what projects publish. This machine plays their sites, and what it publishes was built
 * before; its digests are pinned by settings.
 */
@Tag("daily")
final class ReleasedBundleIT {
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final Duration COLD = Duration.ofMinutes(40);
    private static final int UNREACHABLE = 4;
    private static final String CACHE = "$XDG_CACHE_HOME/kubelab";

    /** Items, as the bundle's file of layers has them, and how their projects pack them. */
    private static final String PUBLISH =
            """
            set -e
            mkdir -p ~/site && cd ~/site
            cp CACHE/go/kubernetes-*/kubeadm CACHE/go/kubernetes-*/kubelet CACHE/go/kubernetes-*/kubectl CACHE/go/kubernetes-*/kube-proxy .
            tar -czf crictl.tar.gz -C CACHE/go/crictl-* crictl
            tar -cf cni-plugins.tgz -C CACHE/go/cni-plugins-* --exclude=contents .
            tar -czf cni-flannel.tgz -C CACHE/go/cni-flannel-* flannel
            tar -czf registry.tar.gz -C CACHE/go/registry-* registry
            tar -cf containerd.tar.gz --transform='s,^,bin/,' -C CACHE/go/containerd-* containerd containerd-shim-runc-v2 ctr
            mkdir images
            for image in kube-apiserver kube-controller-manager kube-scheduler etcd coredns pause flannel; do
              cp -a CACHE/image/$image-* images/$image
            done
            rm -rf CACHE/image CACHE/layer
            find CACHE/go -mindepth 1 -maxdepth 1 -not -name 'multus-*' -exec rm -rf {} +
            sha256sum kube* *gz
            """
                    .replace("CACHE", CACHE);

    private final StringBuilder pins = new StringBuilder();

    @Test
    void isFetchedOnceAndCarriedToWhereNothingCanBeFetched() throws Exception {
        try (ReleaseSite site = new ReleaseSite();
                Workstation user = Workstation.withThisBuild()) {
            String version = publishWhatWasBuilt(site, user);

            Ran bundle = user.kubelab(MINUTES, "bundle -e @$HOME/released.yml");
            assertThat(bundle.succeeds().err())
                    .contains("the programs of kubernetes are there", "the image etcd is there");
            assertFetched(site, user, version);
            site.forget();
            assertThat(user.kubelab(MINUTES, "bundle -e @$HOME/released.yml").succeeds().err())
                    .contains("bundle: nothing changed");
            assertThat(site.requests()).isEmpty();

            user.kubelab(MINUTES, "bundle export ~/bundle.tar -e @$HOME/released.yml").succeeds();
            assertThat(
                            user.kubelab(
                                            MINUTES,
                                            "bundle export ~/bundle.tar -e @$HOME/released.yml")
                                    .succeeds()
                                    .err())
                    .contains("bundle-export: nothing changed");
            site.close();
            there(user, "bundle import ~/bundle.tar").succeeds();
            assertThat(there(user, "bundle import ~/bundle.tar").succeeds().err())
                    .contains("bundle-import: nothing changed");
            there(user, "bundle").succeeds();

            user.shell(MINUTES, "rm -rf $HOME/there/kubelab/go/kubernetes-*").succeeds();
            Ran alone = there(user, "bundle");
            assertThat(alone.exit()).as("%s", alone).isEqualTo(UNREACHABLE);
            assertThat(alone.err()).contains("can't be fetched", "bundle_source: built");
        }
    }

    @Test
    void makesALabAndTheSecondRunChangesNothing() throws Exception {
        try (ReleaseSite site = new ReleaseSite();
                TestVirthost virthost = TestVirthost.start();
                Workstation user = Workstation.withThisBuild()) {
            user.mayUse(virthost);
            String version = publishWhatWasBuilt(site, user);

            user.kubelab(COLD, "up -i inventory/there.inventory -e @$HOME/released.yml").succeeds();
            assertFetched(site, user, version);
            site.forget();
            assertThat(user.kubelab(MINUTES, "up").succeeds().err())
                    .contains("up: nothing changed");
            assertThat(site.requests()).isEmpty();
            assertThat(user.kubelab(MINUTES, "kubectl get nodes").succeeds().out())
                    .containsPattern("kube-master +Ready .* +" + Pattern.quote(version))
                    .containsPattern("kube-node-1 +Ready .* +" + Pattern.quote(version));
            user.kubelab(MINUTES, "down").succeeds();
        }
    }

    /** The version of Kubernetes. */
    private String publishWhatWasBuilt(ReleaseSite site, Workstation user) throws IOException {
        user.hasOwnCache();
        user.kubelab(COLD, "bundle").succeeds();
        user.kubelab(MINUTES, "bundle prune").succeeds();
        String digests = user.shell(MINUTES, PUBLISH).succeeds().out();
        String version = version(user);
        publish(site, user.home().resolve("site"), digests, version);
        user.write(user.home().resolve("pins.yml"), pins.toString());
        String url = site.url();
        user.write(
                user.home().resolve("released.yml"),
                """
                bundle_source: released
                release_pins: ~/pins.yml
                release_mirrors: {dl.k8s.io: "%s/k8s", github.com: "%s/github/", registry.k8s.io: "%s", ghcr.io: "%s"}
                """
                        .formatted(url, url, url, url));
        return version;
    }

    private static void assertFetched(ReleaseSite site, Workstation user, String version) {
        assertThat(site.requests())
                .contains("GET /k8s/%s/kubelet".formatted(version))
                .contains("GET /github/containerd.tar.gz", "GET /github/registry.tar.gz")
                .anyMatch(r -> r.startsWith("GET /v2/kube-apiserver/manifests/sha256:"));
        assertThat(user.shell(MINUTES, "ls %s/go".formatted(CACHE)).text())
                .contains("kubernetes-")
                .doesNotContain("etcd-", "coredns-");
    }

    private static Ran there(Workstation user, String command) {
        Ran ran =
                user.shell(
                        MINUTES,
                        "XDG_CACHE_HOME=$HOME/there ./kubelab %s -e @$HOME/released.yml"
                                .formatted(command));
        System.out.print(ran);
        return ran;
    }

    private static String version(Workstation user) {
        return "v"
                + user.shell(MINUTES, "sed -n 's/^kube_version: //p' inventory/group_vars/all.yml")
                        .succeeds()
                        .text();
    }

    private void publish(ReleaseSite site, Path files, String digests, String version)
            throws IOException {
        pins.append("programs:\n");
        List<String> kubernetes = List.of("kubeadm", "kubelet", "kubectl", "kube-proxy");
        program("kubernetes", version);
        for (String name : kubernetes) {
            site.serve("/k8s/%s/%s".formatted(version, name), files.resolve(name));
            file("https://dl.k8s.io/%s/%s".formatted(version, name), digest(digests, name));
        }
        archive(site, files, digests, "containerd", "containerd.tar.gz");
        pins.append("      members: [bin/containerd, bin/containerd-shim-runc-v2, bin/ctr]\n");
        archive(site, files, digests, "crictl", "crictl.tar.gz");
        pins.append("      members: [crictl]\n");
        archive(site, files, digests, "cni-plugins", "cni-plugins.tgz");
        pins.append(
                "      members: [bandwidth, bridge, dhcp, firewall, host-device, host-local, ipvlan, loopback, macvlan, portmap, ptp, sbr, static, tuning, vlan, vrf]\n");
        archive(site, files, digests, "cni-flannel", "cni-flannel.tgz");
        pins.append("      members: [flannel]\n");
        archive(site, files, digests, "registry", "registry.tar.gz");
        pins.append("      members: [registry]\n");
        pins.append("images:\n");
        for (String name : List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler")) {
            image(site, files, name, "registry.k8s.io/%s:%s".formatted(name, version));
        }
        String list = Files.readString(Path.of("bundle/bundle.yml"));
        image(site, files, "pause", reference(list, "registry.k8s.io/pause:\\S+"));
        image(
                site,
                files,
                "etcd",
                "registry.k8s.io/etcd:%s-0".formatted(pinned("etcd").substring(1)));
        image(site, files, "coredns", "registry.k8s.io/coredns/coredns:" + pinned("coredns"));
        image(site, files, "flannel", "ghcr.io/flannel-io/flannel:" + pinned("flannel"));
    }

    private static String pinned(String item) throws IOException {
        String mod = Files.readString(Path.of("bundle", item, "go.mod"));
        return reference(mod, "(?m)(?<=^require \\S{1,80} )v\\S+");
    }

    private static String reference(String text, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group();
    }

    private void archive(ReleaseSite site, Path files, String digests, String item, String name) {
        program(item, "v1.0.0");
        site.serve("/github/" + name, files.resolve(name));
        file("https://github.com/" + name, digest(digests, name));
    }

    private void program(String item, String version) {
        pins.append("  %s:\n    version: %s\n    files:\n".formatted(item, version));
    }

    private void file(String url, String sha256) {
        pins.append("    - url: %s\n      sha256: {amd64: %s}\n".formatted(url, sha256));
    }

    private void image(ReleaseSite site, Path files, String item, String reference)
            throws IOException {
        Path layout = files.resolve("images").resolve(item);
        String repository =
                reference.substring(reference.indexOf('/') + 1, reference.lastIndexOf(':'));
        site.serveImage(repository, layout);
        pins.append(
                "  %s: {reference: %s, digest: %s}\n"
                        .formatted(
                                item,
                                reference,
                                reference(
                                        Files.readString(layout.resolve("index.json")),
                                        "sha256:[0-9a-f]{64}")));
    }

    private static String digest(String digests, String name) {
        return digests.lines()
                .filter(l -> l.endsWith("  " + name))
                .map(l -> l.substring(0, 64))
                .findFirst()
                .orElseThrow();
    }
}
