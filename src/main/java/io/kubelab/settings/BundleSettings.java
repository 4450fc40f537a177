package io.kubelab.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where software comes from.
 *
 * @param architecture what the machines are, in Go's and Debian's word: {@code amd64}; {@code
 *     auto}: what the workstation is
 * @param optionalPackages further packages of every node, by CentOS' or the distribution's own
 *     names
 * @param nodeDistribution what root file systems are made of, but where {@code image} says it
 * @param packagesSince root file systems that were made before are made anew
 * @param bundleSource where Kubernetes and what it needs come from
 * @param releasePins a file of the workstation that says which releases are fetched, from where and
 *     with which digests; {@code auto}: {@code bundle/released.yml}
 * @param releaseMirrors host of a release site or registry → URL that stands for {@code
 *     https://host}
 * @param registryPort port of the virthost's registry in the lab network
 * @param registryMirror {@code http(s)://host:port} that nodes pull everything from instead of the
 *     virthost's registry; {@code auto}: the virthost's
 * @param multusSource what Multus is compiled from: a directory of the workstation or a version;
 *     {@code auto}: the version that {@code bundle/} pins
 * @param cniPlugins name among a node's CNI plugins → directory of the workstation with the Go
 *     package that it is compiled from
 * @param bundleFile a file of the workstation that {@code bundle export} writes and {@code bundle
 *     import} reads, from the working directory
 */
@LabWide
public record BundleSettings(
        String architecture,
        List<String> optionalPackages,
        Distribution nodeDistribution,
        PointInTime packagesSince,
        BundleSource bundleSource,
        String releasePins,
        Map<String, String> releaseMirrors,
        int registryPort,
        String registryMirror,
        String multusSource,
        Map<String, String> cniPlugins,
        String bundleFile) {
    public enum BundleSource {
        /** Everything is compiled here, from Go modules. */
        BUILT,

        /** What {@link #releasePins} names is fetched as its project publishes it. */
        RELEASED
    }

    /** With a further package of every node. */
    public BundleSettings withPackage(String name) {
        var packages = new ArrayList<>(optionalPackages);
        packages.add(name);
        return of(packages, nodeDistribution);
    }

    /** Of other root file systems. */
    public BundleSettings withDistribution(Distribution other) {
        return of(optionalPackages, other);
    }

    private BundleSettings of(List<String> packages, Distribution distribution) {
        return new BundleSettings(
                architecture,
                packages,
                distribution,
                packagesSince,
                bundleSource,
                releasePins,
                releaseMirrors,
                registryPort,
                registryMirror,
                multusSource,
                cniPlugins,
                bundleFile);
    }
}
