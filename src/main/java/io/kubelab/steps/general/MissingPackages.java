package io.kubelab.steps.general;

import io.kubelab.remote.Privilege;
import io.kubelab.settings.Packaging;
import io.kubelab.step.Change;
import io.kubelab.step.Remedy;
import io.kubelab.step.Remedy.Sign;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Packages that are to be installed on a host. */
public record MissingPackages(Packaging packaging, List<String> names) {
    static final Duration LIMIT = Duration.ofMinutes(15);

    static final Remedy APT =
            new Remedy(
                    List.of(
                            new Sign(
                                    "Could not get lock|Unable to acquire the dpkg",
                                    "Another program has been installing packages there for minutes ('ps -e' shows apt, dpkg or unattended-upgrade); run the same command again when it has ended."),
                            new Sign(
                                    "is not signed|NO_PUBKEY|couldn't be verified|cannot be authenticated|EXPKEYSIG",
                                    "A repository is not signed by a key that the host trusts, so nothing of it is installed; see Signed-By in its file in /etc/apt/sources.list.d, and the host's clock."),
                            new Sign(
                                    "Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Failed to fetch",
                                    "The host doesn't reach a package repository; its repositories are in /etc/apt/sources.list and sources.list.d, a proxy is named in /etc/apt/apt.conf.d."),
                            new Sign(
                                    "Unable to locate package|has no installation candidate",
                                    "The host's repositories have no package of that name; 'apt-cache search' there finds others, and optional_packages or the play name it.")),
                    "Look at apt-get's output; its sources are in /etc/apt/sources.list and sources.list.d.");

    /** In the words of dnf 4 and of dnf 5. */
    static final Remedy DNF =
            new Remedy(
                    List.of(
                            new Sign(
                                    "Failed to obtain (the |rpm )?transaction lock",
                                    "Another program has been installing packages there; run the same command again when it has ended."),
                            new Sign(
                                    "GPG check FAILED|enabled checking of packages via GPG keys|Signature verification failed|is not signed|Public key for .* is not installed|OpenPGP check for package",
                                    "A package is not signed by a key of its repository, so nothing was installed; see gpgkey in the repository's file in /etc/yum.repos.d, and don't switch gpgcheck off: if the key is the vendor's, the package is not."),
                            new Sign(
                                    "Failed to download metadata|Cannot download|no enabled repositories|Curl error|Failed to download packages|All mirrors were tried",
                                    "The host doesn't reach a package repository; 'dnf repolist' there lists them, their files are in /etc/yum.repos.d, a proxy is named in /etc/dnf/dnf.conf."),
                            new Sign(
                                    "No match for argument|Unable to find a match",
                                    "The host's repositories have no package of that name; 'dnf search' there finds others, and on CentOS Stream some are in CRB or EPEL, which are for you to enable."),
                            new Sign(
                                    "Waiting for process with pid",
                                    "Another program is installing packages there, and has been for minutes; run the same command again when it has ended.")),
                    "Look at dnf's output; its repositories are in /etc/yum.repos.d.");

    public MissingPackages {
        names = List.copyOf(names);
    }

    public boolean isEmpty() {
        return names.isEmpty();
    }

    /** By root: see {@link #installation(Privilege)}. */
    public Change installation() {
        return installation(Privilege.ROOT);
    }

    /** Who comes second waits. The package lists are read anew: a fresh machine's are old. */
    public Change installation(Privilege privilege) {
        return installation(privilege, List.of(), List.of());
    }

    /**
     * By root, with what apt-get or dnf take besides.
     *
     * @param options of {@code install}
     * @param signs what their output may tell beyond what it tells of any package; looked for first
     */
    public Change installation(List<String> options, List<Sign> signs) {
        return installation(Privilege.ROOT, options, signs);
    }

    private Change installation(Privilege privilege, List<String> options, List<Sign> signs) {
        return switch (packaging) {
            case APT -> byApt(privilege, options, signs);
            case DNF -> byDnf(privilege, options, signs);
        };
    }

    /**
     * apt-get by itself waits for dpkg, but not for the lists; and it does nothing after a dpkg
     * that was cut off, before that has ended what it began.
     */
    private Change byApt(Privilege privilege, List<String> options, List<Sign> signs) {
        return new Change.RunLong(
                "apt-get",
                privilege.run(
                        PackageTool.dpkgCompleted()
                                .then(PackageTool.apt("update"))
                                .then(
                                        PackageTool.apt(
                                                Stream.of(
                                                                PackageTool.APT_WAITS,
                                                                List.of(
                                                                        "install",
                                                                        "--yes",
                                                                        "--no-install-recommends"),
                                                                options,
                                                                names)
                                                        .flatMap(List::stream)
                                                        .toArray(String[]::new)))
                                .withEnvironment(PackageTool.APT_ENVIRONMENT)),
                LIMIT,
                APT.after(signs));
    }

    /** dnf 4 waits for another one by itself; dnf 5 does not, once packages are there. */
    private Change byDnf(Privilege privilege, List<String> options, List<Sign> signs) {
        return new Change.RunLong(
                "dnf",
                privilege.run(
                        PackageTool.dnf(
                                Stream.of(
                                                List.of(
                                                        "--refresh",
                                                        "--setopt=install_weak_deps=False"),
                                                options,
                                                List.of("install"),
                                                names)
                                        .flatMap(List::stream)
                                        .toArray(String[]::new))),
                LIMIT,
                DNF.after(signs));
    }
}
