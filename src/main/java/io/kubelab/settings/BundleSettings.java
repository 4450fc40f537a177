package io.kubelab.settings;

import java.util.List;

/**
 * Where software comes from.
 *
 * @param optionalPackages further packages of every node, by CentOS' or the distribution's own
 *     names
 * @param nodeDistribution what the nodes' root file system is made from: {@code debian-13}
 * @param registryPort port of the virthost's registry in the lab network
 * @param registryMirror {@code http(s)://host:port} that nodes pull everything from instead of the
 *     virthost's registry; {@code auto}: the virthost's
 */
@LabWide
public record BundleSettings(
        List<String> optionalPackages,
        String nodeDistribution,
        int registryPort,
        String registryMirror) {}
