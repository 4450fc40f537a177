package io.kubelab.lab;

import io.kubelab.settings.BundleSettings;
import io.kubelab.settings.ImageSettings;
import io.kubelab.settings.KubernetesSettings;
import io.kubelab.settings.LabSettings;
import io.kubelab.settings.MachineSettings;
import io.kubelab.settings.NetworkSettings;
import io.kubelab.settings.Settings;
import io.kubelab.settings.Values;
import java.nio.file.Path;
import java.util.LinkedHashMap;

/**
 * Puts values where settings say {@code auto}, so that plays and steps see the answer. The
 * registry's mirror stays, and at first the domain type: their answer is a matter of the virthost.
 */
final class AutoSettings {
    static final String AUTO = "auto";

    private AutoSettings() {}

    /** Whether the answer was left to kubelab. */
    static boolean isAuto(Values values, String key) {
        return values.get(key).flatMap(n -> n.text()).filter(AUTO::equals).isPresent();
    }

    /**
     * @param request the workstation's home directory and architecture
     */
    static Settings resolve(Settings settings, String virthost, LabRequest request) {
        Path userHome = request.userHome();
        MachineSettings machines = settings.machines();
        NetworkSettings network = settings.network();
        String lab = or(settings.lab().lab(), virthost);
        return new Settings(
                new LabSettings(lab, settings.lab().prune()),
                new MachineSettings(
                        machines.domainType(),
                        machines.virtualMachines(),
                        machines.systemDefaultRamMb(),
                        machines.systemDefaultCpus(),
                        machines.hugepagesEnabled(),
                        machines.setRootDiskGb(),
                        machines.imagesDirectory(),
                        machines.defaultAnsibleUser(),
                        key(machines.vmSshKeyPath(), lab, userHome)),
                image(settings.image(), userHome),
                settings.spareDisk(),
                new NetworkSettings(
                        or(network.labNetworkCidr(), settings.multus().multusIpamSubnet().text()),
                        network.networkType(),
                        network.secondNetworkCidr(),
                        network.bridgeNetworking(),
                        network.bridgeName(),
                        network.bridgePhysicalNic(),
                        network.bridgeNetworkName(),
                        network.bridgeNetworkCidr(),
                        network.bridgeNetworkRange(),
                        network.bridgeVirthostAddress(),
                        or(
                                network.bridgeNetworkDns(),
                                settings.multus().multusIpamGateway().text()),
                        network.virthostAddresses()),
                kubernetes(settings.kubernetes(), userHome),
                settings.multus(),
                bundle(settings.bundle(), request),
                settings.extra());
    }

    private static ImageSettings image(ImageSettings image, Path userHome) {
        return new ImageSettings(
                image.image(),
                path(image.imageUrl(), userHome),
                image.imageDigest(),
                image.imageChecksumsUrl(),
                path(image.imageChecksumsKey(), userHome),
                image.machineFirmware());
    }

    private static KubernetesSettings kubernetes(KubernetesSettings kubernetes, Path userHome) {
        return new KubernetesSettings(
                kubernetes.kubeVersion(),
                kubernetes.binaryInstall(),
                kubernetes.kubeBaseurl(),
                path(kubernetes.kubePackagesKey(), userHome),
                kubernetes.containerRuntime(),
                kubernetes.podNetworkType(),
                kubernetes.podNetworkCidr(),
                kubernetes.serviceNetworkCidr(),
                kubernetes.kubectlBashCompletion());
    }

    private static BundleSettings bundle(BundleSettings bundle, LabRequest request) {
        var plugins = new LinkedHashMap<String, String>();
        bundle.cniPlugins()
                .forEach((name, source) -> plugins.put(name, path(source, request.userHome())));
        return new BundleSettings(
                or(bundle.architecture(), request.architecture()),
                bundle.optionalPackages(),
                bundle.nodeDistribution(),
                bundle.packagesSince(),
                bundle.bundleSource(),
                path(bundle.releasePins(), request.userHome()),
                bundle.releaseMirrors(),
                bundle.registryPort(),
                bundle.registryMirror(),
                path(bundle.multusSource(), request.userHome()),
                plugins,
                request.directory()
                        .resolve(path(bundle.bundleFile(), request.userHome()))
                        .normalize()
                        .toString());
    }

    private static String or(String written, String answer) {
        return written.equals(AUTO) ? answer : written;
    }

    private static String key(String written, String lab, Path userHome) {
        if (written.equals(AUTO)) {
            return userHome.resolve(".ssh").resolve(lab).resolve("id_vm_rsa").toString();
        }
        return path(written, userHome);
    }

    private static String path(String written, Path userHome) {
        return written.startsWith("~/")
                ? userHome.resolve(written.substring(2)).toString()
                : written;
    }
}
