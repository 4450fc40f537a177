package io.kubelab.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A virthost as people have it, whose first process is systemd and whose control groups are of
 * version 2 alone: a virtual machine of a lab on this machine, {@code build:debian-13}, emulated.
 * Its user {@code debian} may sudo.
 */
final class EmulatedVirthost implements AutoCloseable {
    /** For whatever is done on it. */
    static final Duration PATIENCE = Duration.ofMinutes(60);

    /** For a pod of a cluster on it. */
    static final Duration OF_PODS = Duration.ofMinutes(15);

    private final Workstation workstation;
    private final String name;

    /**
     * @param name its own and its lab's, of which there may be one on this machine; a lab on it has
     *     another
     * @param memory MiB
     * @param network the settings that say what network it is on
     */
    EmulatedVirthost(Workstation workstation, String name, int memory, String network) {
        this.workstation = workstation;
        this.name = name;
        workstation.write(
                workstation.checkout().resolve("house.inventory"),
                """
                house ansible_connection=local

                [virthost]
                house
                """);
        workstation.write(
                workstation.checkout().resolve("house.yml"),
                """
                lab: %1$s
                domain_type: qemu
                image: build:debian-13
                set_root_disk_gb: 20
                default_ansible_user: debian
                virtual_machines:
                  - name: %1$s
                    node_type: master
                    system_ram_mb: %2$d
                    system_cpus: 2
                %3$s\
                """
                        .formatted(name, memory, network));
    }

    /** It boots for the first time. */
    void start() {
        workstation.kubelab(PATIENCE, "virthost-setup " + lab()).succeeds();
    }

    /** The options that name its lab. */
    String lab() {
        return "-i house.inventory -e house.yml";
    }

    /** What a command for its shell says. */
    String inside(String command) {
        return workstation.ssh(PATIENCE, name, lab(), command).succeeds().text();
    }

    /** Its address on a LAN. */
    String address(String link) {
        return ways(link).stream()
                .filter(way -> way.matches("[0-9.]+/[0-9]+"))
                .findFirst()
                .orElseThrow()
                .split("/", 2)[0];
    }

    /**
     * Its root lets the user in, who knows its host key and has an inventory like the article's.
     *
     * @param inventory a file of the checkout
     */
    void letsIn(String address, String inventory) {
        inside("sudo install -D -m 600 .ssh/authorized_keys /root/.ssh/authorized_keys");
        workstation
                .shell(
                        PATIENCE,
                        "cp ~/.ssh/%1$s/id_vm_rsa ~/.ssh/id_rsa && cp ~/.local/state/kubelab/labs/%1$s/known_hosts ~/.ssh/"
                                .formatted(name))
                .succeeds();
        workstation.write(
                workstation.checkout().resolve(inventory),
                """
                the_virthost ansible_host=%s ansible_ssh_user=root

                [virthost]
                the_virthost
                """
                        .formatted(address));
    }

    /**
     * The user's ssh knows it by its name and has an inventory with nothing but that.
     *
     * @param inventory a file of the checkout
     */
    void isInSshConfig(String inventory) {
        workstation
                .shell(PATIENCE, "./kubelab ssh-config %s > ~/.ssh/config".formatted(lab()))
                .succeeds();
        workstation.write(
                workstation.checkout().resolve(inventory),
                """
                %1$s

                [virthost]
                %1$s
                """
                        .formatted(name));
    }

    /** Its power is not cut: systemd ends what runs. */
    void reboot() {
        String boot = boot();
        workstation.ssh(PATIENCE, name, lab(), "sudo systemctl reboot");
        LanVirthost.await(
                PATIENCE,
                name + " to have booted",
                () -> {
                    Ran ran =
                            workstation.ssh(
                                    PATIENCE, name, lab(), "cat /proc/sys/kernel/random/boot_id");
                    return ran.exit() == 0 && !ran.text().equals(boot);
                });
    }

    private String boot() {
        return inside("cat /proc/sys/kernel/random/boot_id");
    }

    /** Addresses and routes of an interface of it, as ip(8) has them. */
    List<String> ways(String link) {
        var ways = new ArrayList<String>();
        inside("ip -4 -o address show dev %1$s; ip -4 route show dev %1$s".formatted(link))
                .lines()
                .map(line -> line.replaceFirst("^.* inet ([0-9./]+) .*$", "$1"))
                .map(line -> line.replaceFirst("metric [0-9]+", "").strip())
                .sorted()
                .forEach(ways::add);
        return ways;
    }

    /** What its network managers are told by people, and what they were told by kubelab. */
    String configuration() {
        return inside(
                "sudo find /etc/network /etc/NetworkManager /etc/netplan /etc/systemd/network /etc/systemd/system /run/systemd/network /run/netplan -type f 2>/dev/null | sort | sudo xargs sha256sum");
    }

    /**
     * What a lab might leave on it beside packages: files of its own, mounts, interfaces,
     * processes, kernel settings, modules.
     */
    TreeSet<String> traces() {
        var traces = new TreeSet<String>();
        for (String question :
                List.of(
                        "sudo find /var/lib /run /tmp /opt /root /home -xdev -ipath '*kube*'",
                        "findmnt --raw --noheadings --output TARGET,FSTYPE | grep -v /run/user/ | sort",
                        "ip -o -br link | cut -d' ' -f1 | grep -v virbr0",
                        "ps -e -o args= | grep -E '^[^ ]*(kube|containerd|runc|registry|dnsmasq|flannel|libvirt_lxc)' || true",
                        "find /sys/fs/cgroup -ipath '*kube*'",
                        "sudo sysctl kernel.panic kernel.panic_on_oops vm.overcommit_memory net.ipv4.ip_forward fs.inotify.max_user_instances")) {
            inside(question).lines().map(String::strip).forEach(traces::add);
        }
        return traces;
    }

    @Override
    public void close() {
        workstation.kubelab(PATIENCE, "down " + lab()).succeeds();
    }
}
