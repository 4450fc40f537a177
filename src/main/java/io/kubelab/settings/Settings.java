package io.kubelab.settings;

import java.util.Map;

/**
 * Every setting, as it holds for one host. A key is a component of one of the topics, in
 * snake_case; its default and its meaning stand in {@code inventory/group_vars/all.yml}.
 *
 * @param extra free-form values, for {@code ${extra.name}} in plays and templates
 */
public record Settings(
        LabSettings lab,
        MachineSettings machines,
        ImageSettings image,
        SpareDiskSettings spareDisk,
        NetworkSettings network,
        KubernetesSettings kubernetes,
        MultusSettings multus,
        BundleSettings bundle,
        Map<String, String> extra) {
    public Settings with(MachineSettings others) {
        return new Settings(
                lab, others, image, spareDisk, network, kubernetes, multus, bundle, extra);
    }

    /** These settings with another network. */
    public Settings with(NetworkSettings other) {
        return new Settings(
                lab, machines, image, spareDisk, other, kubernetes, multus, bundle, extra);
    }
}
