package io.kubelab.lab;

import io.kubelab.document.Documents;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Problems;
import io.kubelab.settings.BundleSettings;
import io.kubelab.settings.BundleSettings.BundleSource;
import io.kubelab.settings.KubernetesSettings;
import io.kubelab.settings.Settings;
import io.kubelab.settings.Values;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What names, versions and places of software must be. */
final class SoftwareRules {
    private static final Pattern LAB = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]*");
    private static final List<String> ARCHITECTURES = List.of("amd64", "arm64");
    private static final Pattern MIRROR =
            Pattern.compile("https?://[A-Za-z0-9.-]+(:[1-9][0-9]{0,4})?/?");

    /** Of version 4 (RFC 9580, 5.5.4.2). */
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9A-Fa-f]{40}");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+(:[1-9][0-9]{0,4})?");
    private static final Pattern URL =
            Pattern.compile("https?://[A-Za-z0-9.-]+(:[1-9][0-9]{0,4})?(/[^\\s?#]*)?");

    /** A release or another commit that a Go module proxy knows by a name that stays. */
    private static final Pattern VERSION =
            Pattern.compile("v?\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?");

    /** A file's name; libcni looks for it among the node's plugins. */
    private static final Pattern PLUGIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    /** IFNAMSIZ leaves 15 characters. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9._-]{1,15}");

    /** A lab is remembered, and worked on from wherever its user happens to be. */
    private static final String DIRECTORY =
            "the path of a directory from the root (/home/me/src) or from home (~/src)";

    private final Settings settings;
    private final Values values;
    private final Problems problems;

    SoftwareRules(Settings settings, Values values, Problems problems) {
        this.settings = settings;
        this.values = values;
        this.problems = problems;
    }

    /**
     * @param builtVersion the version of Kubernetes that the bundle builds
     * @param home the directory that holds {@code bundle/released.yml}
     */
    void check(String builtVersion, Documents documents, Path home) {
        if (!LAB.matcher(settings.lab().lab()).matches()) {
            problems.add(
                    values.place("lab"),
                    "'%s' can't be a lab's name: at most 40 letters, digits, '.', '_' and '-'; set 'lab'"
                            .formatted(settings.lab().lab()));
        }
        version(builtVersion, documents, home);
        packages(settings.kubernetes());
        if (!INTERFACE.matcher(settings.multus().multusMacvlanMaster()).matches()) {
            problems.add(
                    values.place("multus_macvlan_master"),
                    "'%s' is not the name of a network interface"
                            .formatted(settings.multus().multusMacvlanMaster()));
        }
        bundle(settings.bundle());
    }

    private void version(String built, Documents documents, Path home) {
        String wanted = settings.kubernetes().kubeVersion();
        BundleSettings bundle = settings.bundle();
        if (bundle.bundleSource() == BundleSource.BUILT) {
            if (!wanted.equals(built)) {
                problems.add(
                        values.place("kube_version"),
                        "this kubelab builds Kubernetes %s and no other, not '%s'"
                                .formatted(built, wanted));
            }
            return;
        }
        if (!bundle.releasePins().equals(AutoSettings.AUTO)
                && !bundle.releasePins().startsWith("/")) {
            problems.add(
                    values.place("release_pins"),
                    "'%s' is not auto and not the path of a file from the root (/home/me/pins.yml) or from home (~/pins.yml)"
                            .formatted(bundle.releasePins()));
            return;
        }
        Path pins =
                bundle.releasePins().equals(AutoSettings.AUTO)
                        ? home.resolve("bundle/released.yml")
                        : Path.of(bundle.releasePins());
        problems.attempt(() -> documents.read(pins))
                .flatMap(d -> d.stream().findFirst())
                .ifPresent(d -> {
                    String released =
                            d.text("programs", "kubernetes", "version")
                                    .map(v -> v.startsWith("v") ? v.substring(1) : v)
                                    .orElse(built);
                    if (!wanted.equals(released)) {
                        problems.add(
                                values.place("kube_version"),
                                "with bundle_source: released Kubernetes is %s (%s), not '%s'; write kube_version: %s"
                                        .formatted(released, pins, wanted, released));
                    }
                });
    }

    private void packages(KubernetesSettings kubernetes) {
        String repository = kubernetes.kubeBaseurl();
        if (!repository.equals(AutoSettings.AUTO) && !URL.matcher(repository).matches()) {
            problems.add(
                    values.place("kube_baseurl"),
                    "'%s' is not auto and not the URL of a package repository, as http://mirror.example.org/kubernetes/v1.37 is"
                            .formatted(repository));
        }
        String key = kubernetes.kubePackagesKey();
        if (!FINGERPRINT.matcher(key).matches() && !key.startsWith("/")) {
            problems.add(
                    values.place("kube_packages_key"),
                    "'%s' is not the fingerprint of an OpenPGP key (40 hex digits) and not the path of a file with one from the root (/home/me/key.asc) or from home (~/key.asc)"
                            .formatted(key));
        } else if (!kubernetes.binaryInstall()
                && key.startsWith("/")
                && !Files.isRegularFile(Path.of(key))) {
            problems.add(
                    values.place("kube_packages_key"),
                    "there is no file %s on this workstation".formatted(key));
        }
    }

    private void bundle(BundleSettings bundle) {
        if (bundle.registryPort() < 1 || bundle.registryPort() > 65535) {
            problems.add(
                    values.place("registry_port"),
                    "'registry_port' must be from 1 to 65535, not " + bundle.registryPort());
        }
        if (!ARCHITECTURES.contains(bundle.architecture())) {
            problems.add(
                    values.place("architecture"),
                    "'%s' is not an architecture that kubelab builds for; there are %s"
                            .formatted(bundle.architecture(), String.join(" and ", ARCHITECTURES)));
        }
        String mirror = bundle.registryMirror();
        if (!mirror.equals(AutoSettings.AUTO) && !MIRROR.matcher(mirror).matches()) {
            problems.add(
                    values.place("registry_mirror"),
                    "'%s' is not auto and not http(s)://host:port".formatted(mirror));
        }
        sources(bundle);
        bundle.releaseMirrors()
                .forEach((host, url) -> {
                    if (!HOST.matcher(host).matches() || !URL.matcher(url).matches()) {
                        problems.add(
                                values.place("release_mirrors", host),
                                "'%s: %s' does not say which URL stands for a host, as dl.k8s.io: https://mirror.example.org/k8s does"
                                        .formatted(host, url));
                    }
                });
        List<String> packages = bundle.optionalPackages();
        for (int i = 0; i < packages.size(); i++) {
            if (!PACKAGE.matcher(packages.get(i)).matches()) {
                problems.add(
                        values.place("optional_packages", String.valueOf(i)),
                        "'%s' is not the name of a package".formatted(packages.get(i)));
            }
        }
    }

    private void sources(BundleSettings bundle) {
        String multus = bundle.multusSource();
        if (!multus.equals(AutoSettings.AUTO)
                && !VERSION.matcher(multus).matches()
                && !multus.startsWith("/")) {
            problems.add(
                    values.place("multus_source"),
                    "'%s' is not auto, not a version such as v4.2.3 and not %s"
                            .formatted(multus, DIRECTORY));
        }
        bundle.cniPlugins()
                .forEach((name, source) -> {
                    Mark place = values.place("cni_plugins", name);
                    if (!PLUGIN.matcher(name).matches()) {
                        problems.add(
                                place, "'%s' can't be the name of a plugin's file".formatted(name));
                    } else if (name.equals("multus")) {
                        problems.add(place, "Multus has a setting of its own: multus_source");
                    }
                    if (!source.startsWith("/")) {
                        problems.add(place, "'%s' is not %s".formatted(source, DIRECTORY));
                    }
                });
    }
}
