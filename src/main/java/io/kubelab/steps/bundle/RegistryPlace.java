package io.kubelab.steps.bundle;

import io.kubelab.machines.AddressPlan;
import io.kubelab.remote.Command;
import io.kubelab.step.Target;

/**
 * Where a lab's registry lives on the virthost.
 *
 * @param images the setting {@code images_directory}
 * @param lab its name
 * @param address {@code host:port} that it listens on
 */
record RegistryPlace(String images, String lab, String address) {
    /** Succeeds where systemd is process 1 (sd_booted(3)). */
    static final Command SYSTEMD = Command.of("test", "-d", "/run/systemd/system");

    static RegistryPlace of(Target target) {
        var settings = target.settings();
        var plan = AddressPlan.of(target.lab().tag(), settings);
        return new RegistryPlace(
                settings.machines().imagesDirectory(),
                target.lab().tag().name(),
                plan.virthost() + ":" + settings.bundle().registryPort());
    }

    /** Of the lab, not of the virthost. */
    String directory() {
        return images + "/labs/" + lab;
    }

    /** Images of all labs of the virthost: contents are addressed by digest. */
    String data() {
        return images + "/registry";
    }

    String log() {
        return directory() + "/registry.log";
    }

    String pidfile() {
        return directory() + "/registry.pid";
    }

    String unit() {
        return "kubelab-registry-" + lab + ".service";
    }

    String unitFile() {
        return "/etc/systemd/system/" + unit();
    }

    /** Without systemd; in order if it does not run. */
    Command stop() {
        return Command.of(
                "start-stop-daemon",
                "--stop",
                "--oknodo",
                "--retry=TERM/10/KILL/5",
                "--remove-pidfile",
                "--pidfile=" + pidfile(),
                "--name=registry");
    }
}
