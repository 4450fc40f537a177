package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Kubernetes' packages and their repository's key, as far as a host has to do with them. */
final class KubernetesRepository {
    /** Of the key that it offers. */
    static final String FINGERPRINT = "21F5661B2ED7019E0B61DA8C0693B768EEDD7105";

    private static final Path KEY = Path.of("src/test/resources/keys/packages.asc");

    private static final Map<String, String> FILES =
            Map.of(
                    "kubelet", "/etc/kubernetes/manifests/.kubelet-keep",
                    "kubeadm", "/usr/bin/kubeadm",
                    "kubectl", "/usr/bin/kubectl",
                    "cri-tools", "/usr/bin/crictl",
                    "kubernetes-cni", "/opt/cni/bin/dummy");

    private KubernetesRepository() {}

    /** Of all of them; the host has to know the repository, and whose it is. */
    static void install(FakeHost host, String version) {
        String key =
                host.at("/etc/yum.repos.d/kubelab-kubernetes.repo").isPresent()
                        ? "/etc/pki/rpm-gpg/kubelab-kubernetes.asc"
                        : "/etc/apt/keyrings/kubelab-kubernetes.asc";
        if (!host.run(Command.of("cat", key)).out().contains("BEGIN PGP PUBLIC KEY BLOCK")) {
            throw new IllegalStateException("nothing tells whose packages these are");
        }
        FILES.forEach((name, file) -> {
            host.install(
                    name,
                    switch (name) {
                        case "cri-tools" -> "1.37.0-1.1";
                        case "kubernetes-cni" -> "1.9.0-1.1";
                        default -> version;
                    });
            host.put(file, new Content.Text(name), FileAttributes.PROGRAM);
        });
    }

    static void purge(FakeHost host, List<String> names) {
        for (String name : names) {
            host.purge(name);
            String file = FILES.getOrDefault(name, "");
            if (host.at(file).isPresent()) {
                host.remove(file);
            }
        }
    }

    static CommandResult curl(FakeHost host, Program.Call call) {
        String url = call.words().getLast();
        if (!url.startsWith("https://pkgs.k8s.io/core:/stable:/v1.37/")) {
            throw host.unmodelled("curl", call);
        }
        try {
            return url.endsWith("/deb/Release.key") || url.endsWith("/rpm/repodata/repomd.xml.key")
                    ? prints(Files.readString(KEY))
                    : fails(22, "curl: (22) The requested URL returned error: 404\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
