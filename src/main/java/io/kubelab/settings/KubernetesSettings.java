package io.kubelab.settings;

/**
 * The cluster.
 *
 * @param kubeVersion without {@code v}: 1.37.2
 * @param binaryInstall whether kubeadm, kubelet, kubectl and crictl are the bundle's programs, and
 *     not packages
 * @param kubeBaseurl URL of the packages' repository, which has {@code deb/} and {@code rpm/};
 *     {@code auto}: the community's, of {@link #kubeVersion}'s minor version
 * @param kubePackagesKey who signs the packages: the fingerprint of an OpenPGP key, in 40 hex
 *     digits, or a file of the workstation with the key in ASCII armor
 * @param podNetworkCidr addresses of pods; kube-ansible's form without a prefix means /16
 * @param kubectlBashCompletion completion of kubectl for the login user of the control plane
 */
@LabWide
public record KubernetesSettings(
        String kubeVersion,
        boolean binaryInstall,
        String kubeBaseurl,
        String kubePackagesKey,
        ContainerRuntime containerRuntime,
        PodNetworkType podNetworkType,
        Cidr podNetworkCidr,
        Cidr serviceNetworkCidr,
        boolean kubectlBashCompletion) {
    public enum ContainerRuntime {
        CONTAINERD
    }

    public enum PodNetworkType {
        FLANNEL,
        MULTUS
    }
}
