package io.kubelab.steps.node;

import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Unreachable;
import io.kubelab.release.SigningKey;
import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.settings.KubernetesSettings;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.FileText;
import io.kubelab.steps.facts.Lines;
import io.kubelab.steps.facts.LocalFile;
import io.kubelab.steps.facts.OsRelease;
import io.kubelab.steps.facts.PackageVersions;
import io.kubelab.steps.general.MissingPackages;
import io.kubelab.steps.general.UnwantedPackages;
import io.kubelab.steps.general.WantedFile;
import io.kubelab.steps.general.WantedPackages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * With {@code binary_install: false}, kubeadm, kubelet, kubectl and crictl are packages of the
 * repository {@code kube_baseurl}, signed by {@code kube_packages_key}, of the version of the lab's
 * images, and no upgrade of the host changes them. With {@code true} there are none that came so.
 *
 * <pre>{@code
 * - kubernetes_packages
 * }</pre>
 */
public record KubernetesPackages() implements Step {
    /** Everything of such a repository that a node may have. */
    static final List<String> NAMES =
            List.of("kubelet", "kubeadm", "kubectl", "cri-tools", "kubernetes-cni");

    /** Those of the version that Kubernetes has. */
    private static final List<String> VERSIONED = List.of("kubelet", "kubeadm", "kubectl");

    /** Its versions go by the minor version, which the repository is of. */
    private static final String CRICTL = "cri-tools";

    /** What the packages have, by its name in /usr/bin. */
    private static final Set<String> PROGRAMS = Set.of("kubelet", "kubeadm", "kubectl", "crictl");

    private static final String BUNDLED = "/usr/local/bin/";

    /** What nodes fetch by. */
    private static final List<String> FETCHING = List.of("ca-certificates", "curl");

    /** What packages put where kubeadm expects nothing; a machine that was never a node. */
    private static final Set<String> EMPTY =
            Set.of(
                    "/etc/kubernetes",
                    "/etc/kubernetes/manifests",
                    "/etc/kubernetes/manifests/.kubelet-keep");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Whether nodes are to have packages. */
    static boolean areWanted(Target target) {
        return !target.settings().kubernetes().binaryInstall();
    }

    /** Where the program of the kubelet is, or another of {@link #PROGRAMS}. */
    static String program(Target target, String name) {
        return (areWanted(target) ? "/usr/bin/" : BUNDLED) + name;
    }

    /** Whether the bundle's program of this path isn't wanted, since a package has it elsewhere. */
    static boolean standFor(Target target, String path) {
        return areWanted(target)
                && path.startsWith(BUNDLED)
                && PROGRAMS.contains(path.substring(BUNDLED.length()));
    }

    @Override
    public String title() {
        return "Kubernetes' own packages are the node's, where they are to be";
    }

    @Override
    public Diff diff(Target target) {
        if (!areWanted(target)) {
            return Diff.of(removal(target), "its programs are the bundle's");
        }
        MissingPackages fetching = new WantedPackages(FETCHING, FETCHING).missing(target);
        if (!fetching.isEmpty()) {
            return Diff.needs(fetching.installation());
        }
        KubernetesSettings settings = target.settings().kubernetes();
        Packaging packaging = fetching.packaging();
        var repository = PackageRepository.of(settings, packaging);
        var versions = new PackageVersions(packaging, NAMES);
        var leftovers = Lines.of("find", "/etc/kubernetes");
        target.askTogether(versions, leftovers, new FileText(repository.keyFile()));
        Map<String, PackageVersions.Found> found = target.ask(versions);
        boolean complete =
                found.containsKey(CRICTL)
                        && VERSIONED.stream().allMatch(n -> isRight(found, n, settings));
        Optional<String> key = key(target, repository, complete);
        if (key.isEmpty()) {
            return keyAwaited(target, repository);
        }
        List<Change> changes = new ArrayList<>(files(target, repository, key.get()));
        if (!complete) {
            changes.add(installation(repository, settings));
            return new Diff.Needs(changes);
        }
        if (packaging == Packaging.APT) {
            List<String> loose =
                    found.entrySet().stream()
                            .filter(e -> !e.getValue().held())
                            .map(Map.Entry::getKey)
                            .toList();
            if (!loose.isEmpty()) {
                changes.add(hold(loose));
            }
        }
        List<String> left = target.ask(leftovers);
        if (!left.isEmpty() && EMPTY.containsAll(left)) {
            changes.add(new Change.Remove("/etc/kubernetes"));
        }
        return Diff.of(
                changes,
                "%s are of version %s, from %s"
                        .formatted(
                                String.join(", ", VERSIONED),
                                settings.kubeVersion(),
                                repository.url()));
    }

    private static boolean isRight(
            Map<String, PackageVersions.Found> found, String name, KubernetesSettings settings) {
        return Optional.ofNullable(found.get(name))
                .filter(f -> f.version().startsWith(settings.kubeVersion() + "-"))
                .isPresent();
    }

    private static List<Change> files(Target target, PackageRepository repository, String key) {
        return WantedFile.changes(
                target,
                List.of(
                        new WantedFile(
                                repository.keyFile(), new Content.Text(key), FileAttributes.PUBLIC),
                        repository.source(target, NAMES)));
    }

    /**
     * In ASCII armor; empty if it can't be fetched now. As long as nothing is to be installed what
     * is there is good enough; else it may have expired, and have a successor of the same
     * fingerprint.
     */
    private static Optional<String> key(
            Target target, PackageRepository repository, boolean complete) {
        String wanted = target.settings().kubernetes().kubePackagesKey();
        if (wanted.startsWith("/")) {
            return Optional.of(given(target, wanted));
        }
        Optional<String> there =
                target.ask(new FileText(repository.keyFile()))
                        .flatMap(text -> KeysIn.find(target, text, wanted));
        if (complete && there.isPresent()) {
            return there;
        }
        OfferedKey.Found offered = target.ask(new OfferedKey(repository.keyUrl()));
        if (offered.text().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                KeysIn.find(target, offered.text(), wanted)
                        .orElseThrow(() ->
                                another(
                                        repository,
                                        target.ask(new KeysIn(offered.text())),
                                        wanted)));
    }

    private static Unreachable another(
            PackageRepository repository, List<SigningKey> keys, String wanted) {
        List<String> fingerprints = keys.stream().map(SigningKey::fingerprint).toList();
        return new Unreachable(
                repository.keyUrl(),
                "it is %s, and kube_packages_key is %s; nothing of that repository is installed"
                        .formatted(
                                fingerprints.isEmpty()
                                        ? "no OpenPGP key in ASCII armor"
                                        : "the key " + String.join(", ", fingerprints),
                                wanted),
                "If these packages are to be trusted, write into kube_packages_key the fingerprint of who signs them, learned elsewhere than from there, or a file with the key.");
    }

    private static String given(Target target, String file) {
        String text =
                target.ask(new LocalFile(Path.of(file)))
                        .map(LocalFile.Found::text)
                        .orElseThrow(() ->
                                new InvalidInput(
                                        "kube_packages_key",
                                        "there is no file %s on this workstation".formatted(file)));
        if (target.ask(new KeysIn(text)).isEmpty()) {
            throw new InvalidInput(
                    "kube_packages_key",
                    "%s is no OpenPGP key in ASCII armor; 'gpg --armor --export' writes one"
                            .formatted(file));
        }
        return text;
    }

    private static Diff keyAwaited(Target target, PackageRepository repository) {
        return new Diff.Pending(
                "%s to get %s (%s)"
                        .formatted(
                                target.host(),
                                repository.keyUrl(),
                                target.ask(new OfferedKey(repository.keyUrl())).problem()),
                PATIENCE,
                new Diff.Wake.Every(Duration.ofSeconds(2)),
                "kube_baseurl names another repository, such as a mirror that nodes reach; kube_packages_key can name a file with the key.");
    }

    private static Change installation(PackageRepository repository, KubernetesSettings settings) {
        var names = new ArrayList<String>();
        return switch (repository.packaging()) {
            case APT -> {
                VERSIONED.forEach(n -> names.add("%s=%s-*".formatted(n, settings.kubeVersion())));
                names.add(CRICTL);
                yield new MissingPackages(Packaging.APT, names)
                        .installation(
                                List.of(
                                        "--allow-downgrades",
                                        "--allow-change-held-packages",
                                        // people's own /etc/default/kubelet
                                        "-o",
                                        "Dpkg::Options::=--force-confold"),
                                repository.signs(settings));
            }
            case DNF -> {
                VERSIONED.forEach(n -> names.add("%s-%s".formatted(n, settings.kubeVersion())));
                names.add(CRICTL);
                yield new MissingPackages(Packaging.DNF, names)
                        .installation(
                                List.of("--setopt=disable_excludes=" + PackageRepository.ID),
                                repository.signs(settings));
            }
        };
    }

    private static Change hold(List<String> names) {
        var argv = new ArrayList<>(List.of("apt-mark", "hold"));
        argv.addAll(names);
        return new Change.Run(
                Command.of(argv),
                Duration.ofMinutes(1),
                "Run the same command again; 'apt-mark showhold' on the host tells what is held.");
    }

    /**
     * What gives a host back what it had without these packages. That they are kubelab's is known
     * by the repository that is kubelab's; it goes last.
     */
    static List<Change> removal(Target target) {
        List<Change> files = PackageRepository.forgotten(target);
        if (files.isEmpty()) {
            return List.of();
        }
        var changes = new ArrayList<Change>();
        target.ask(new OsRelease())
                .packages()
                .ifPresent(packaging -> {
                    List<String> installed =
                            List.copyOf(target.ask(new PackageVersions(packaging, NAMES)).keySet());
                    if (!installed.isEmpty()) {
                        changes.add(new UnwantedPackages(packaging, installed).removal());
                    }
                });
        changes.addAll(files);
        return changes;
    }
}
