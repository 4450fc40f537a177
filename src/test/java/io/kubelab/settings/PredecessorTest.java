package io.kubelab.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.settings.Predecessor.Fate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PredecessorTest {
    /** Every variable that kube-ansible has ever read, by where it stood. */
    private static final Set<String> VARIABLES =
            Set.of(
                    """
                    container_runtime crio_version pod_network_type pod_network_cidr
                    skip_preflight_checks kube_baseurl kube_version binary_install
                    binary_kubectl_url binary_kubeadm_url binary_kubelet_url
                    binary_install_force_redownload images_directory system_default_ram_mb
                    system_default_cpus virtual_machines kube_16_workaround kubectl_proxy_port
                    multus_use_crd multus_ipam_subnet multus_ipam_rangeStart
                    multus_ipam_rangeEnd multus_ipam_gateway gluster_kubernetes_version
                    gluster_attach_disk heketi_image_name spare_disk_size_megs
                    spare_disk_location spare_disk_dev brick_size skip_virthost_depedencies
                    bridge_networking bridge_name bridge_physical_nic bridge_network_name
                    bridge_network_cidr ipv6_enabled archive_list optional_packages
                    centos_genericcloud_url image_destination_name set_root_disk_gb
                    vm_ssh_key_path ssh_proxy_enabled ssh_proxy_user ssh_proxy_host
                    ssh_proxy_port kubectl_user kubectl_group kubectl_home
                    kubectl_bash_completion gk_deploy_wait_seconds crio_force gopath
                    docker_package_version docker_package_base_name docker_non_root_user
                    docker_repo_type docker_registries docker_insecure_registries
                    docker_block_registries perform_hardware_checks recommend_ram_mb
                    recommend_free_disk_gb use_planter use_bazel_rpm skip_builder_setup
                    skip_build kubernetes_repo_url kubernetes_version testinfra_repo_url
                    testinfra_version cni_subnet cni_gateway
                    network_type all_inventory docker_install_suppress_newgrp
                    crio_build_install crio_build_version crio_giturl crio_use_copr
                    crio_binary_url crictl_binary_url conmon_binary_url k8s_use_rpms
                    k8s_image_repository control_plane_listen_all enable_device_plugins
                    enable_auditlog enable_endpointslice ovn_image_repo ovn_kubernetes_repo
                    ovn_kubernetes_branch enable_ovn_raft ovnkube_master_loglevel
                    ovnkube_node_loglevel ovn_loglevel_northd ovn_loglevel_nb ovn_loglevel_sb
                    ovn_loglevel_controller ovn_loglevel_nbctld skip_reboot monitoring_install
                    artifacts_sync_path host_type proxy_env promops_deploy
                    multus_version multus_git_url multus_build multus_legacy crd_namespace
                    multus_macvlan_master multus_use_default_network multus_npwg_demo
                    crio_baseurl buildah_install artifacts_install artifact_sync_path
                    teardown hugepages_enabled default_ansible_user use_host_passthrough
                    nested_virt_qemu_skip_vcpus spare_disk_attach image_archive_name
                    system_network system_netmask system_broadcast system_gateway
                    system_nameservers system_dns_search virtual_machines.add_param
                    """
                            .strip()
                            .split("\\s+"));

    private final Predecessor predecessor = new Predecessor(new SnakeDocuments());

    @Test
    void everyVariableIsInTheTableAndNothingElse() {
        assertThat(predecessor.all().keySet()).containsExactlyInAnyOrderElementsOf(VARIABLES);
    }

    @Test
    void whatIsImplementedIsASettingAndNothingElseIs() {
        var implemented = new TreeSet<String>();
        predecessor
                .all()
                .forEach((key, setting) -> {
                    if (setting.fate() == Fate.IMPLEMENTED) {
                        implemented.add(key);
                    } else {
                        assertThat(setting.why()).as(key).isPresent();
                        assertThat(setting.refusedValues()).as(key).isEmpty();
                    }
                });
        List<String> ours = Catalogue.keys().stream().filter(VARIABLES::contains).sorted().toList();
        assertThat(implemented).containsExactlyElementsOf(ours);
    }

    @Test
    void newSettingsAreFew() {
        var added = new TreeSet<>(Catalogue.keys());
        added.removeAll(VARIABLES);
        assertThat(added)
                .containsExactly(
                        "architecture",
                        "bridge_network_dns",
                        "bridge_network_range",
                        "bridge_virthost_address",
                        "bundle_file",
                        "bundle_source",
                        "cni_plugins",
                        "domain_type",
                        "image",
                        "image_checksums_key",
                        "image_checksums_url",
                        "image_digest",
                        "image_url",
                        "kube_packages_key",
                        "lab",
                        "lab_network_cidr",
                        "machine_firmware",
                        "multus_source",
                        "node_distribution",
                        "packages_since",
                        "prune",
                        "registry_mirror",
                        "registry_port",
                        "release_mirrors",
                        "release_pins",
                        "second_network_cidr",
                        "service_network_cidr",
                        "virthost_addresses");
    }
}
