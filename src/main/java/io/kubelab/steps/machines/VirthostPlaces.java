package io.kubelab.steps.machines;

import io.kubelab.step.Lab;
import io.kubelab.step.Target;

/**
 * Where a lab's things are on the virthost.
 *
 * @param root the setting {@code images_directory}
 */
public record VirthostPlaces(String root, String lab) {
    static VirthostPlaces of(Target target) {
        return of(target.lab());
    }

    public static VirthostPlaces of(Lab lab) {
        return new VirthostPlaces(lab.settings().machines().imagesDirectory(), lab.tag().name());
    }

    /** The read-only root file systems that machines are clones of. */
    String bases() {
        return root + "/bases";
    }

    String base(String digest) {
        return bases() + "/" + digest;
    }

    /** What virtual machines are clones of, for all labs of this virthost. */
    String images() {
        return root + "/images";
    }

    /** A program of kubelab's own. */
    String program(String name) {
        return root + "/bin/" + name;
    }

    /** Every lab of this virthost has a directory here. */
    String labs() {
        return root + "/labs";
    }

    String labDirectory() {
        return labs() + "/" + lab;
    }

    /** Whose the lab is: its uuid. */
    public String uuid() {
        return labDirectory() + "/uuid";
    }

    String machines() {
        return labDirectory() + "/machines";
    }

    MachinePlaces machine(String name) {
        return new MachinePlaces(machines() + "/" + name);
    }

    /** How the virthost was before the first lab changed something. */
    String before(String what) {
        return root + "/before/" + what;
    }
}
