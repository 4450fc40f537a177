package io.kubelab.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.settings.BundleSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of versions, packages and releases. */
class SoftwareRulesTest extends LabFromFiles {
    @Test
    void softwareAndMachinesAreChecked() {
        write(
                "work/extra.yml",
                """
                kube_version: 1.30.0
                registry_port: 70000
                registry_mirror: mirror.example.org
                lab_network_cidr: 10.0.0.1
                default_ansible_user: root
                images_directory: "/var/lib/a,b"
                optional_packages: [jq, "rm -rf"]
                architecture: riscv64
                virtual_machines:
                  - {name: Kube_Master, node_type: nodes}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:1:15: this kubelab builds Kubernetes 1.37.2 and no other,"
                                + " not '1.30.0'",
                        "work/extra.yml:2:16: 'registry_port' must be from 1 to 65535, not 70000",
                        "work/extra.yml:8:15: 'riscv64' is not an architecture that kubelab"
                                + " builds for; there are amd64 and arm64",
                        "work/extra.yml:3:18: 'mirror.example.org' is not auto and not"
                                + " http(s)://host:port",
                        "work/extra.yml:7:25: 'rm -rf' is not the name of a package",
                        "work/extra.yml:5:23: 'root' can't be the login user: a lower-case name of"
                                + " letters, digits, '_' and '-', not root",
                        "work/extra.yml:6:19: '/var/lib/a,b' is not an absolute path of letters,"
                                + " digits, '.', '_' and '-'",
                        "work/extra.yml:10:12: 'Kube_Master' can't be a machine's name: at most 63"
                                + " lower-case letters, digits and '-', with no '-' at the ends",
                        "work/extra.yml:10:3: no machine has 'node_type: master'; a cluster needs a"
                                + " control plane",
                        "work/extra.yml:4:19: 'lab_network_cidr': '10.0.0.1' is not a network such"
                                + " as 192.168.1.0/24");
    }

    @Test
    void packagesComeFromSomewhereAndAreSignedBySomebody() {
        write(
                "work/extra.yml",
                """
                binary_install: false
                kube_baseurl: pkgs.k8s.io
                kube_packages_key: 234654DA9A296436
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        "work/extra.yml:2:15: 'pkgs.k8s.io' is not auto and not the URL of a package"
                                + " repository, as http://mirror.example.org/kubernetes/v1.37 is",
                        "work/extra.yml:3:20: '234654DA9A296436' is not the fingerprint of an OpenPGP"
                                + " key (40 hex digits) and not the path of a file with one from the"
                                + " root (/home/me/key.asc) or from home (~/key.asc)");

        write(
                "work/extra.yml",
                """
                binary_install: false
                kube_baseurl: "http://mirror.example.org:8080/core:/stable:/v1.37"
                kube_packages_key: ~/key.asc
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .singleElement()
                .asString()
                .startsWith("work/extra.yml:3:20: there is no file ")
                .endsWith("user/key.asc on this workstation");
        write("user/key.asc", "");
        assertThat(load(List.of(), "extra.yml").lab().settings().kubernetes().kubePackagesKey())
                .isEqualTo(directory + "/user/key.asc");
    }

    @Test
    void releasesAreOfOneVersionOfKubernetes() {
        write("user/pins.yml", "programs: {kubernetes: {version: v1.36.1}}\n");
        write(
                "work/extra.yml",
                """
                bundle_source: released
                release_pins: ~/pins.yml
                release_mirrors: {dl.k8s.io: ftp://mirror.example.org}
                """);
        assertThat(problems(List.of(), "extra.yml"))
                .containsExactly(
                        placeOfDefault("kube_version")
                                + ": with bundle_source: released"
                                + " Kubernetes is 1.36.1 (user/pins.yml), not '1.37.2'; write"
                                + " kube_version: 1.36.1",
                        "work/extra.yml:3:30: 'dl.k8s.io: ftp://mirror.example.org' does not say"
                                + " which URL stands for a host, as dl.k8s.io:"
                                + " https://mirror.example.org/k8s does");

        write(
                "work/extra.yml",
                """
                bundle_source: released
                release_pins: ~/pins.yml
                release_mirrors: {dl.k8s.io: "http://mirror.example.org:8080/k8s/"}
                kube_version: 1.36.1
                """);
        BundleSettings bundle = load(List.of(), "extra.yml").lab().settings().bundle();
        assertThat(bundle.releasePins()).isEqualTo(directory + "/user/pins.yml");

        write("work/extra.yml", "{bundle_source: released, release_pins: pins.yml}");
        assertThat(problems(List.of(), "extra.yml"))
                .singleElement()
                .asString()
                .startsWith("work/extra.yml:1:41: 'pins.yml' is not auto and not the path");
    }
}
