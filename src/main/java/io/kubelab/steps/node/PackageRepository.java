package io.kubelab.steps.node;

import io.kubelab.settings.KubernetesSettings;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import io.kubelab.step.Remedy.Sign;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileState;
import io.kubelab.steps.general.WantedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A repository of Kubernetes' packages of one minor version, of the layout of pkgs.k8s.io.
 *
 * @param url of deb/ or rpm/, with a slash at its end
 */
record PackageRepository(Packaging packaging, String url) {
    /** What dnf calls it. */
    static final String ID = "kubelab-kubernetes";

    private static final String COMMUNITY = "https://pkgs.k8s.io/core:/stable:/v";

    /** Keyword arguments of a template. */
    record Source(String url, String keyFile, List<String> packages) {}

    static PackageRepository of(KubernetesSettings settings, Packaging packaging) {
        String version = settings.kubeVersion();
        String base =
                settings.kubeBaseurl().equals("auto")
                        ? COMMUNITY + version.substring(0, version.lastIndexOf('.'))
                        : settings.kubeBaseurl().replaceFirst("/+$", "");
        return new PackageRepository(
                packaging,
                base
                        + switch (packaging) {
                            case APT -> "/deb/";
                            case DNF -> "/rpm/";
                        });
    }

    /** Where it offers its key. */
    String keyUrl() {
        return url
                + switch (packaging) {
                    case APT -> "Release.key";
                    case DNF -> "repodata/repomd.xml.key";
                };
    }

    String keyFile() {
        return keyFile(packaging);
    }

    private static String keyFile(Packaging packaging) {
        return switch (packaging) {
            case APT -> "/etc/apt/keyrings/" + ID + ".asc";
            case DNF -> "/etc/pki/rpm-gpg/" + ID + ".asc";
        };
    }

    private static String sourceFile(Packaging packaging) {
        return switch (packaging) {
            case APT -> "/etc/apt/sources.list.d/" + ID + ".sources";
            case DNF -> "/etc/yum.repos.d/" + ID + ".repo";
        };
    }

    /** What tells the host's package manager of it, and that its packages are for kubelab alone. */
    WantedFile source(Target target, List<String> packages) {
        return WantedFile.rendered(
                target,
                sourceFile(packaging),
                switch (packaging) {
                    case APT -> "node/kubernetes.sources";
                    case DNF -> "node/kubernetes.repo";
                },
                new Source(url, keyFile(), packages));
    }

    /** What takes away that the host knows of one; empty if it knows of none. */
    static List<Change> forgotten(Target target) {
        List<String> files =
                Stream.of(Packaging.values())
                        .flatMap(p -> Stream.of(sourceFile(p), keyFile(p)))
                        .toList();
        List<FileState.Found> found = target.askAll(files.stream().map(FileState::new).toList());
        var changes = new ArrayList<Change>();
        for (int i = 0; i < files.size(); i++) {
            if (!(found.get(i) instanceof FileState.Found.Absent)) {
                changes.add(new Change.Remove(files.get(i)));
            }
        }
        return changes;
    }

    /** What a failed installation's output may tell of it. */
    List<Sign> signs(KubernetesSettings settings) {
        String here = Pattern.quote(url.substring(0, url.length() - 1)) + ".*";
        String trusted =
                "The packages at %s are not signed by the key %s, so nothing of them is installed. If that key has expired, remove %s on the host: its successor is fetched then if it has the same fingerprint; else kube_packages_key names another."
                        .formatted(url, settings.kubePackagesKey(), keyFile());
        String reached =
                "The host doesn't get packages from %s; kube_baseurl names another repository, such as a mirror."
                        .formatted(url);
        String version =
                "The repository %s has no Kubernetes %s, the version of this lab's images (kube_version); kube_baseurl names another, and binary_install: true takes the bundle's programs."
                        .formatted(url, settings.kubeVersion());
        return switch (packaging) {
            case APT ->
                    List.of(
                            new Sign(
                                    "Conflicting values set for option Signed-By",
                                    "The host knows the same repository with another key already; take its file out of /etc/apt/sources.list.d."),
                            new Sign(
                                    here + "(is not signed|couldn't be verified|EXPKEYSIG)",
                                    trusted),
                            new Sign(here + "does not have a Release file", reached),
                            new Sign("Failed to fetch " + here, reached),
                            new Sign(
                                    "Version '.*' for '.*' was not found|Unable to locate package (kube|cri-tools)",
                                    version));
            case DNF ->
                    List.of(
                            new Sign("repo '%s'".formatted(ID), reached),
                            new Sign(
                                    "Public key for (kube|cri-tools).* is not installed|Package (kube|cri-tools).* is not signed|OpenPGP check for package .(kube|cri-tools)",
                                    trusted),
                            new Sign(
                                    "(No match for argument|Unable to find a match): kube",
                                    version));
        };
    }
}
