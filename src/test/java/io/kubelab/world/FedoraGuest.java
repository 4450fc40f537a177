package io.kubelab.world;

import static io.kubelab.world.Program.fails;
import static io.kubelab.world.Program.prints;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A virtual machine of an image of Fedora's family, as far as kubelab makes a node of it: with
 * NetworkManager, SELinux, and a kernel that is older than what the repositories have.
 */
final class FedoraGuest {
    private static final String EXTRA = "kernel-modules-extra";

    /** What is in that package. */
    private static final Set<String> IN_EXTRA =
            Set.of("br_netfilter", "nft_compat", "xt_comment", "xt_MASQUERADE");

    private static final String UNITS = "/etc/systemd/system";

    private static final FileAttributes LOOK = new FileAttributes("0444", "root:root");

    private final FakeHost host;

    /** What has the label that the policy has for it. */
    private final Set<String> labelled = new TreeSet<>();

    private boolean newestKernel;

    private FedoraGuest(FakeHost host) {
        this.host = host;
    }

    static void model(FakeHost host) {
        var guest = new FedoraGuest(host);
        host.put(
                "/etc/os-release",
                new Content.Text(
                        "ID=\"centos\"\nID_LIKE=\"rhel fedora\"\nPRETTY_NAME=\"CentOS Stream 10 (Coughlan)\"\n"),
                FileAttributes.PUBLIC);
        host.put("/proc/self/status", new Content.Text("CapBnd:\t000001ffffffffff\n"), LOOK);
        host.put("/proc/swaps", new Content.Text("Filename\n/dev/zram0 partition\n"), LOOK);
        host.put("/proc/sys/net/ipv4/ip_forward", new Content.Text("0\n"), LOOK);
        host.put("/proc/sys/net/ipv4/ping_group_range", new Content.Text("1\t0\n"), LOOK);
        host.unit(
                "NetworkManager",
                new FakeHost.Unit("active", "enabled", false, Optional.of(host.now())));
        host.model("getenforce", (_, _) -> prints("Enforcing\n"));
        host.model("restorecon", guest::restorecon);
        host.model("modprobe", guest::modprobe);
        host.model("sysctl", guest::sysctl);
        host.model("grep", guest::grep);
        host.model("stat", guest::stat);
        host.model("systemctl", guest::systemctl);
        host.model("systemd-run", guest::reboot);
    }

    private CommandResult restorecon(FakeHost h, Program.Call call) {
        List<String> wrong =
                call.operands().stream()
                        .flatMap(path -> host.tree(path).stream())
                        .filter(path -> !labelled.contains(path))
                        .toList();
        if (call.has("-n")) {
            return prints(
                    wrong.stream()
                            .map(path -> "Would relabel %s from a to b\n".formatted(path))
                            .collect(Collectors.joining()));
        }
        labelled.addAll(wrong);
        host.tick("relabel " + wrong);
        return prints("");
    }

    private CommandResult modprobe(FakeHost h, Program.Call call) {
        for (String module : call.operands()) {
            if (IN_EXTRA.contains(module) && !newestKernel) {
                return fails(
                        1,
                        "modprobe: FATAL: Module %s not found in directory /lib/modules/6.12.0-124.el10.x86_64\n"
                                .formatted(module));
            }
        }
        if (call.has("--show-depends")) {
            return prints("insmod /lib/modules/x.ko.xz\n");
        }
        for (String family : List.of("iptables", "ip6tables")) {
            host.put(
                    "/proc/sys/net/bridge/bridge-nf-call-" + family, new Content.Text("0\n"), LOOK);
        }
        return prints("");
    }

    private CommandResult sysctl(FakeHost h, Program.Call call) {
        for (String line :
                host.run(Command.of("cat", call.option("--load"))).out().lines().toList()) {
            if (line.contains(" = ")) {
                String[] pair = line.split(" = ", 2);
                String path = "/proc/sys/" + pair[0].replace('.', '/');
                if (host.at(path).isEmpty()) {
                    return fails(1, "sysctl: cannot stat %s\n".formatted(path));
                }
                host.put(path, new Content.Text(pair[1].replace(' ', '\t') + "\n"), LOOK);
            }
        }
        return prints("");
    }

    /** With {@code -s -H ""}: values of settings. */
    private CommandResult grep(FakeHost h, Program.Call call) {
        if (!call.has("-H")) {
            throw host.unmodelled("grep", call);
        }
        return prints(
                call.operands().stream()
                        .filter(path -> host.at(path).isPresent())
                        .map(path -> path + ":" + host.run(Command.of("cat", path)).out())
                        .collect(Collectors.joining()));
    }

    private CommandResult stat(FakeHost h, Program.Call call) {
        return call.has("--file-system")
                ? prints("cgroup2fs\n")
                : Coreutils.PROGRAMS.get("stat").run(h, call);
    }

    /** systemd knows what has a unit file. */
    private CommandResult systemctl(FakeHost h, Program.Call call) {
        host.tree(UNITS).stream()
                .filter(path -> path.endsWith(".service"))
                .map(path -> path.replaceFirst(".*/", ""))
                .filter(unit -> host.unit(unit).atBoot().isEmpty())
                .forEach(unit ->
                        host.unit(
                                unit,
                                new FakeHost.Unit(
                                        "inactive", "disabled", false, Optional.empty())));
        return DebianPrograms.systemctl(h, call);
    }

    private CommandResult reboot(FakeHost h, Program.Call call) {
        if (!call.has("reboot")) {
            throw host.unmodelled("systemd-run", call);
        }
        host.tick("boot");
        host.remove("/run/kubelab");
        newestKernel = host.packages().contains(EXTRA);
        return prints("");
    }
}
