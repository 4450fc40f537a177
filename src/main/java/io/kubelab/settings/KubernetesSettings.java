package io.kubelab.settings;

/**
 * The cluster.
 *
 * @param kubeVersion without {@code v}: 1.37.2
 * @param podNetworkCidr addresses of pods; kube-ansible's form without a prefix means /16
 * @param kubectlBashCompletion completion of kubectl for the login user of the control plane
 */
@LabWide
public record KubernetesSettings(
        String kubeVersion,
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
