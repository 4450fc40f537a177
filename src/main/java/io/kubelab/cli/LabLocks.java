package io.kubelab.cli;

import io.kubelab.inventory.Host;
import io.kubelab.inventory.Inventory;
import io.kubelab.playbook.Playbook;
import io.kubelab.remote.Connection.Lock;
import io.kubelab.remote.Connections;
import io.kubelab.step.Lab;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The right to work on a lab: one run has it at a time. It is asked for on the workstation, where
 * the lab's keys are, and on the virthosts, where others may have a lab of that name.
 */
final class LabLocks implements AutoCloseable {
    private final List<Lock> locks = new ArrayList<>();

    /**
     * @param holder see {@link #holder}
     * @throws io.kubelab.failure.Occupied if another run has it
     */
    LabLocks(Connections connections, Lab lab, Playbook playbook, String holder) {
        String name = lab.tag().name();
        try {
            locks.add(
                    connections
                            .to(lab.inventory().host(Inventory.WORKSTATION))
                            .lock(lab.places().state() + ".lock", "lab '" + name + "'", holder));
            if (leavesTheWorkstation(playbook)) {
                for (Host virthost : lab.inventory().virthosts()) {
                    locks.add(
                            connections
                                    .to(virthost)
                                    .lock(
                                            "/run/lock/kubelab-" + name,
                                            "lab '%s' on %s".formatted(name, virthost),
                                            holder));
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static boolean leavesTheWorkstation(Playbook playbook) {
        return playbook.plays().stream()
                .anyMatch(play ->
                        play.steps().keySet().stream()
                                .map(play::place)
                                .anyMatch(host -> !host.name().equals(Inventory.WORKSTATION)));
    }

    /** "alice on wks1 runs 'kubelab up' as process 4711 since 2026-11-23T12:00:00Z". */
    static String holder(Workplace workplace, String command) {
        return "%s on %s runs '%s %s' as process %d since %s"
                .formatted(
                        System.getProperty("user.name"),
                        hostname(),
                        workplace.called(),
                        command,
                        ProcessHandle.current().pid(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String hostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }

    @Override
    public void close() {
        locks.reversed().forEach(Lock::close);
    }
}
