package io.kubelab.steps.machines;

import io.kubelab.step.Target;
import java.util.List;

/** A machine's directory on the virthost. */
record MachinePlaces(String directory) {
    static MachinePlaces of(Target target) {
        return VirthostPlaces.of(target).machine(target.host().name());
    }

    /** What the machine has written over its base (overlay's upper layer). */
    String upper() {
        return directory + "/upper";
    }

    String work() {
        return directory + "/work";
    }

    /** Where base and upper layer are seen as one; process 1 of the machine starts in here. */
    String root() {
        return directory + "/root";
    }

    /** For containerd: an overlay can't lie on an overlay. */
    String containerd() {
        return directory + "/containerd";
    }

    String kubelet() {
        return directory + "/kubelet";
    }

    /** Digest of the base that the machine was cloned from, which it keeps. */
    String base() {
        return directory + "/base";
    }

    /** Of a virtual machine: the linked clone that it boots from. */
    String disk() {
        return directory + "/disk.qcow2";
    }

    /** Of a virtual machine: where its spare disk is, so that it is known for ours. */
    String spareDisk() {
        return directory + "/spare-disk";
    }

    /** Of a virtual machine: what cloud-init reads. */
    String seed() {
        return directory + "/seed.iso";
    }

    /** Of a virtual machine: what it has written to its serial console since its start. */
    String console() {
        return directory + "/console.log";
    }

    /** Why a container's init gave up, or that it didn't. */
    String initLog() {
        return root() + MachineFiles.INIT_LOG;
    }

    List<String> directories() {
        return List.of(directory, upper(), work(), root(), containerd(), kubelet());
    }
}
