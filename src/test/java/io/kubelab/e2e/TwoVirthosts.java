package io.kubelab.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Two virthosts, {@code one} and {@code two}, which reach each other by a cable that the user
 * doesn't know of, and the user, whose lab has its control plane on the one and its worker on the
 * other.
 */
final class TwoVirthosts implements AutoCloseable {
    /** Options that name the lab. */
    static final String LAB = "-i inventory/two.inventory -e two.yml";

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String CABLE = "10.99.251";

    private static final Pattern RECAP =
            Pattern.compile("^(\\S+)\\s*: ok=\\d+ +changed=(\\d+) ", Pattern.MULTILINE);

    private final TestVirthost first = TestVirthost.start();
    private final TestVirthost second = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    private final TreeSet<String> onFirst;
    private final TreeSet<String> onSecond;

    /** How many steps changed something on a host. */
    record Changes(String host, int count) {}

    /**
     * @param settings more of the lab's, as YAML
     */
    TwoVirthosts(String settings) {
        first.cable(second, CABLE);
        user.mayUse(first);
        Path keys = user.home().resolve(".ssh");
        user.write(
                keys.resolve("known_hosts"), first.knownHost() + "\n" + second.knownHost() + "\n");
        Ran.run(MINUTE, "cp", "-p", second.key().toString(), keys.resolve("id_second").toString())
                .succeeds();
        user.write(
                user.checkout().resolve("inventory/two.inventory"),
                """
                one ansible_host=%s ansible_ssh_private_key_file=~/.ssh/id_ed25519
                two ansible_host=%s ansible_ssh_private_key_file=~/.ssh/id_second

                [virthost]
                one
                two

                [virthost:vars]
                ansible_port=%d
                ansible_user=%s
                """
                        .formatted(
                                first.address(),
                                second.address(),
                                TestVirthost.PORT,
                                TestVirthost.USER));
        user.write(
                user.checkout().resolve("two.yml"),
                """
                lab: several
                virthost_addresses: {one: %1$s.1, two: %1$s.2}
                virtual_machines:
                - {name: kube-master, node_type: master}
                - {name: kube-node-1, node_type: nodes, virthost: two}
                %2$s
                """
                        .formatted(CABLE, settings));
        onFirst = first.traces();
        onSecond = second.traces();
    }

    TestVirthost first() {
        return first;
    }

    TestVirthost second() {
        return second;
    }

    List<TestVirthost> both() {
        return List.of(first, second);
    }

    Workstation user() {
        return user;
    }

    /** Its power fails and comes back; its end of the cable is plugged in again. */
    void reboot(TestVirthost virthost) {
        virthost.reboot();
        first.cable(second, CABLE);
    }

    Ran on(String machine, String command) {
        return user.ssh(Duration.ofMinutes(3), machine, command);
    }

    static List<Changes> changes(Ran ran) {
        return RECAP.matcher(ran.out() + ran.err())
                .results()
                .map(r -> new Changes(r.group(1), Integer.parseInt(r.group(2))))
                .toList();
    }

    /** What was not there before the lab. */
    List<String> left() {
        var left = first.traces();
        left.removeAll(onFirst);
        var onTwo = second.traces();
        onTwo.removeAll(onSecond);
        left.addAll(onTwo);
        left.removeIf(TestVirthost::isOrdinary);
        return List.copyOf(left);
    }

    @Override
    public void close() {
        first.close();
        second.close();
        user.close();
    }
}
