package io.kubelab.cli;

import io.kubelab.adapter.fabric8.Fabric8Clusters;
import io.kubelab.adapter.libvirt.LibvirtHypervisors;
import io.kubelab.adapter.ssh.HostConnections;

/**
 * What is slow only when it is used for the first time is used once, on the second core, while the
 * first reads the lab's files.
 */
enum Rehearsal {
    NONE {
        @Override
        void play() {}
    },

    /** For a command that logs in to machines and asks libvirt. */
    MACHINES {
        @Override
        void play() {
            HostConnections.rehearse();
            LibvirtHypervisors.rehearse();
        }
    },

    /** For one that asks the API server as well. */
    CLUSTER {
        @Override
        void play() {
            Fabric8Clusters.rehearse();
            MACHINES.play();
        }
    };

    abstract void play();

    void begin() {
        if (this != NONE) {
            Thread.ofPlatform().daemon().name("rehearsal").start(this::play);
        }
    }
}
