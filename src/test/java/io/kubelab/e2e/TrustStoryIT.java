package io.kubelab.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is wrong is told before anything is touched; who isn't who he was is refused; and nobody
 * gets to see a secret. The lab is that of a user from whom sudo wants a password.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TrustStoryIT {
    private static final Duration MINUTES = Duration.ofMinutes(5);

    /** The bundle is built from nothing if need be. */
    private static final Duration COLD = Duration.ofMinutes(40);

    private static final int INVALID_INPUT = 3;
    private static final int UNREACHABLE = 4;
    private static final String THERE = " -i inventory/there.inventory";
    private static final String PASSWORD_PROMPT = "sudo's password on the hosts: ";
    private static final String CANARY = "canary-7d1f2b9c";

    private final TestVirthost virthost = TestVirthost.start();
    private final Workstation user = Workstation.withThisBuild();
    @RegisterExtension private final Chapters chapters = new Chapters();

    @BeforeAll
    void theUsersInventories() throws IOException {
        user.mayUse(virthost);
        String there = Files.readString(inventory("there"));
        user.write(
                inventory("password"),
                there.replace(
                        "ansible_user=" + TestVirthost.USER,
                        "ansible_user=" + TestVirthost.USER_WITH_PASSWORD));
        user.write(
                inventory("port"),
                there.replace("ansible_port=" + TestVirthost.PORT, "ansible_port=2"));
        user.write(inventory("key"), there.replace("~/.ssh/id_ed25519", "~/.ssh/another"));
        user.shell(MINUTES, "ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/another").succeeds();
    }

    private Path inventory(String name) {
        return user.checkout().resolve("inventory/" + name + ".inventory");
    }

    @AfterAll
    void leave() {
        try {
            assertThat(user.trappedCalls()).as("programs that kubelab must not start").isEmpty();
        } finally {
            virthost.close();
            user.close();
        }
    }

    @Test
    @Order(1)
    void allThatIsWrongIsToldAtOnceAndNothingIsTouched() {
        user.write(
                virthost.varLib().resolve("foreign.xml"),
                """
                <domain type='lxc'>
                  <name>kube-master</name>
                  <memory unit='MiB'>64</memory>
                  <os><type>exe</type><init>/bin/true</init></os>
                </domain>
                """);
        virthost.inside("libvirtd", "-d").succeeds();
        virthost.inside("virsh", "-c", "lxc:///system", "define", "/var/lib/foreign.xml")
                .succeeds();
        virthost.inside("/usr/sbin/sshd", "-p", "5000").succeeds();
        virthost.inside("ip", "route", "add", "192.168.170.0/24", "dev", "kl1").succeeds();
        var traces = virthost.traces();
        for (String preview : List.of("", " --preview")) {
            Ran ran = withOldGo("up -e system_default_ram_mb=400000" + THERE + preview);
            assertThat(ran.exit()).as("%s", ran).isEqualTo(INVALID_INPUT);
            assertThat(ran.err())
                    .contains(
                            "go: Go 1.26 or newer builds the bundle, and this is go1.20; install it",
                            "lab_network_cidr: 192.168.170.0/24 is not free on the_virthost: it has a route to 192.168.170.0/24 through kl1; choose another network",
                            "the name 'kube-master' is taken on the_virthost by a machine that kubelab did not make; choose another",
                            "another program listens on 192.168.170.1:5000 of the_virthost",
                            "end it, or choose another port",
                            "kube-master, kube-node-1 would get 800000 MiB of memory",
                            "give machines less")
                    .doesNotContain("Exception", "\tat ")
                    .doesNotContainPattern("changed=[1-9]");
            assertThat(ran.out()).isEmpty();
            nothingIsTouchedSince(traces);
        }
        virthost.inside("ip", "route", "del", "192.168.170.0/24", "dev", "kl1").succeeds();
        virthost.inside("pkill", "-f", "sshd -p 5000").succeeds();
        virthost.inside("virsh", "-c", "lxc:///system", "undefine", "kube-master").succeeds();
        virthost.inside("pkill", "-x", "libvirtd").succeeds();
        virthost.inside("rm", "-rf", "/var/lib/foreign.xml").succeeds();
    }

    /** Nothing is built, and nothing can be. */
    private Ran withOldGo(String command) {
        user.write(user.checkout().resolve("old/go"), "#!/bin/sh\necho go1.20\necho local\n");
        Ran ran =
                user.shell(
                        MINUTES,
                        "chmod +x old/go; XDG_CACHE_HOME=$HOME/empty PATH=$PWD/old:$PATH ./kubelab "
                                + command);
        System.out.print(ran);
        return ran;
    }

    @Test
    @Order(2)
    void whoIsNotLetInIsToldWhyAndWhatToDo() {
        var traces = virthost.traces();
        Ran both = withOldGo("virthost-setup -i inventory/port.inventory");
        assertThat(both.exit()).isEqualTo(UNREACHABLE);
        assertThat(both.err()).contains("and this is go1.20; install it", "no SSH session with ");
        refused("virthost-setup -i inventory/port.inventory")
                .contains("no SSH session with " + virthost.address() + ":2: ")
                .contains("ansible_port are right");
        refused("virthost-setup -i inventory/key.inventory")
                .contains("does not let labadmin in with ", ".ssh/another")
                .contains("~labadmin/.ssh/authorized_keys");
        refused("virthost-setup -i inventory/password.inventory")
                .contains("labuser can't become root: sudo: a password is required")
                .contains("give the password with -K");
        Ran offTheTerminal =
                user.shell(
                        MINUTES,
                        "setsid --wait ./kubelab virthost-setup -i inventory/password.inventory -K");
        assertThat(offTheTerminal.exit()).isEqualTo(INVALID_INPUT);
        assertThat(offTheTerminal.err()).contains("-K: there is no terminal to ask");
        try (Terminal terminal =
                user.terminal("./kubelab virthost-setup -i inventory/password.inventory -K")) {
            terminal.await(PASSWORD_PROMPT, MINUTES);
            terminal.type("wrong\n");
            terminal.await("sudo does not accept the password of labuser", MINUTES);
            assertThat(terminal.exit(MINUTES)).isEqualTo(UNREACHABLE);
        }
        nothingIsTouchedSince(traces);
    }

    /** But for what anybody leaves who logs in. */
    private void nothingIsTouchedSince(TreeSet<String> traces) {
        var now = virthost.traces();
        var gone = new TreeSet<>(traces);
        gone.removeAll(now);
        now.removeAll(traces);
        assertThat(gone).as("gone").isEmpty();
        assertThat(now.stream().filter(t -> !TestVirthost.isOrdinary(t))).as("new").isEmpty();
    }

    private AbstractStringAssert<?> refused(String command) {
        return assertThat(refusal(command));
    }

    private String refusal(String command) {
        Ran ran = user.kubelab(MINUTES, command);
        assertThat(ran.exit()).as("%s", ran).isEqualTo(UNREACHABLE);
        assertThat(ran.err()).contains("remedy: ").doesNotContain("Exception", "\tat ");
        return ran.err();
    }

    @Test
    @Order(3)
    void nobodyGetsToSeeASecret() throws IOException {
        var canary = new Secrets().add("canary", CANARY);
        var seen = new ArrayList<String>();
        Secrets secrets;
        try (var spy = new Secrets.Spy()) {
            user.shell(MINUTES, "CANARY=%s sleep 5".formatted(CANARY)).succeeds();
            assertThat(spy.seen(canary))
                    .anyMatch(s -> s.startsWith("[canary] in environ "))
                    .anyMatch(s -> s.startsWith("[canary] in cmdline "));
            succeedsTypingThePassword("up -v --output json -i inventory/password.inventory", "up");
            secrets = secrets();
            // what was lost is written again
            user.shell(MINUTES, "rm ~/.local/state/kubelab/labs/the_virthost/known_hosts")
                    .succeeds();
            virthost.inside(
                            "rm",
                            "/var/lib/kubelab/labs/the_virthost/machines/kube-node-1/root/etc/ssh/ssh_host_ed25519_key")
                    .succeeds();
            succeedsTypingThePassword("up -v --output json --preview", "preview");
            assertThat(user.checkout().resolve("preview.out"))
                    .content()
                    .contains("ssh_host_ed25519_key", "known_hosts");
            succeedsTypingThePassword("up -v --output json", "again");
            user.kubelab(MINUTES, "kubeconfig --merge").succeeds();
            seen.addAll(spy.seen(secrets));
        }
        assertThat(seen).as("in arguments and environments").isEmpty();
        for (String run : List.of("up", "preview", "again")) {
            for (String stream : List.of(".out", ".err")) {
                assertThat(secrets.in(Files.readString(user.checkout().resolve(run + stream))))
                        .as(run + stream)
                        .isEmpty();
            }
        }
        Path logs = user.home().resolve(".local/state/kubelab/logs");
        try (Stream<Path> files = Files.walk(logs)) {
            for (Path log : files.filter(Files::isRegularFile).toList()) {
                assertThat(secrets.in(Files.readString(log))).as(log.toString()).isEmpty();
            }
        }
        secrets.add("canary", CANARY);
        assertThat(here(secrets, "! -perm -o=r"))
                .anyMatch(f -> f.endsWith("/.ssh/the_virthost/id_vm_rsa"))
                .anyMatch(f -> f.endsWith("/hostkeys/kube-master"))
                .anyMatch(f -> f.endsWith("/labs/the_virthost/admin.conf"));
        user.write(user.home().resolve("canary"), CANARY);
        assertThat(here(secrets, "-perm -o=r")).containsExactly(user.home() + "/canary");
        virthost.inside("sh", "-c", "echo %s > /tmp/canary".formatted(CANARY)).succeeds();
        assertThat(onVirthost(secrets, "-perm -o=r")).containsExactly("/tmp/canary");
        virthost.inside("rm", "/tmp/canary").succeeds();
        assertThat(onMaster(secrets, "! -perm -o=r"))
                .contains(
                        "/etc/kubernetes/pki/ca.key",
                        "/etc/kubernetes/admin.conf",
                        "/etc/ssh/ssh_host_ed25519_key");
        user.kubelab(MINUTES, "ssh kube-master -- 'echo %s > /tmp/canary'".formatted(CANARY))
                .succeeds();
        assertThat(onMaster(secrets, "-perm -o=r")).containsExactly("/tmp/canary");
    }

    /** Its outputs are in files of that name then. */
    /** Its outputs are in files of that name then. Returns the exit status. */
    private int typingThePassword(String command, String name) {
        try (Terminal terminal =
                user.terminal(
                        "./kubelab %s -K > %s.out 2> %s.err".formatted(command, name, name))) {
            terminal.await(PASSWORD_PROMPT, MINUTES);
            terminal.type(TestVirthost.PASSWORD + "\n");
            return terminal.exit(COLD);
        }
    }

    private void succeedsTypingThePassword(String command, String name) throws IOException {
        assertThat(typingThePassword(command, name))
                .as("%s: %s", command, Files.readString(user.checkout().resolve(name + ".err")))
                .isZero();
    }

    private Secrets secrets() throws IOException {
        var secrets = new Secrets().add("sudo's password", TestVirthost.PASSWORD);
        secrets.addKey(
                "key to the machines",
                Files.readString(user.home().resolve(".ssh/the_virthost/id_vm_rsa")));
        for (String machine : List.of("kube-master", "kube-node-1")) {
            secrets.addKey(
                    "host key of " + machine,
                    Files.readString(
                            user.home()
                                    .resolve(
                                            ".local/state/kubelab/labs/the_virthost/hostkeys/"
                                                    + machine)));
        }
        for (String key : List.of("ca", "front-proxy-ca", "etcd/ca", "sa", "apiserver")) {
            secrets.addKey(
                    "key of " + key,
                    onMaster("sudo cat /etc/kubernetes/pki/%s.key".formatted(key)));
        }
        secrets.addKubeconfig("administrator", onMaster("sudo cat /etc/kubernetes/admin.conf"));
        String tokens =
                onMaster(
                        "kubectl -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o jsonpath=\"{.items[*].data.token-secret}\"");
        assertThat(tokens).isNotBlank();
        for (String token : tokens.strip().split(" ", -1)) {
            secrets.add("bootstrap token", new String(Base64.getDecoder().decode(token), UTF_8));
        }
        return secrets;
    }

    private List<String> here(Secrets secrets, String permissions) {
        return Ran.run(
                        MINUTES,
                        "sh",
                        "-c",
                        secrets.search(permissions),
                        "sh",
                        user.home().toString(),
                        user.checkout().toString())
                .out()
                .lines()
                .toList();
    }

    private List<String> onVirthost(Secrets secrets, String permissions) {
        return virthost.inside(
                        MINUTES,
                        "sh",
                        "-c",
                        secrets.search(permissions),
                        "sh",
                        "/var/lib/kubelab",
                        "/var/lib/libvirt",
                        "/var/log",
                        "/run",
                        "/tmp",
                        // whatever of the rest was ever written there
                        "/.upper")
                .out()
                .lines()
                .toList();
    }

    private List<String> onMaster(Secrets secrets, String permissions) {
        user.write(user.home().resolve("search.sh"), secrets.search(permissions));
        user.shell(MINUTES, "chmod 600 ~/search.sh").succeeds();
        Ran ran =
                user.shell(
                        MINUTES,
                        "./kubelab ssh kube-master -- sudo sh -s /etc /run /tmp /var/log /home /root /var/lib/kubelet /var/lib/etcd < ~/search.sh; rm ~/search.sh");
        return ran.succeeds().out().lines().toList();
    }

    private String onMaster(String command) {
        return user.shell(MINUTES, "./kubelab ssh kube-master -- '%s'".formatted(command))
                .succeeds()
                .out();
    }

    @Test
    @Order(4)
    void aVirthostWithAnotherKeyIsRefused() throws IOException {
        Path known = user.home().resolve(".ssh/known_hosts");
        String old = fingerprint(virthost.knownHost().split(" ", 2)[1]);
        String swapped = fingerprint(virthost.swapHostKey());
        for (String command :
                List.of(
                        "kube-install",
                        "status",
                        "ssh the_virthost -- true",
                        "ssh kube-master -- true")) {
            refused(command)
                    .contains(
                            "the_virthost: THE HOST KEY HAS CHANGED: ",
                            "shows ssh-ed25519 " + swapped,
                            "known is ssh-ed25519 %s (%s:1)".formatted(old, shownPath(known)),
                            "ssh-keygen -R '[%s]:2222'".formatted(virthost.address()));
        }
        virthost.showOwnHostKey();
        user.kubelab(MINUTES, "ssh the_virthost -- true").succeeds();
    }

    /** The user's home is where this process' user has his. */
    private String shownPath(Path path) {
        return Path.of(System.getProperty("user.home"))
                .resolve(user.home().relativize(path))
                .toString();
    }

    private String fingerprint(String publicKey) {
        Path file = user.home().resolve("key.pub");
        user.write(file, publicKey + "\n");
        String shown = Ran.run(MINUTES, "ssh-keygen", "-lf", file.toString()).succeeds().out();
        return shown.split(" ", 3)[1];
    }

    @Test
    @Order(5)
    void aNodeWithAnotherKeyIsRefused() throws IOException {
        Path known = user.home().resolve(".local/state/kubelab/labs/the_virthost/known_hosts");
        List<String> lines = Files.readAllLines(known);
        int line = 1;
        while (!lines.get(line - 1).startsWith("kube-node-1,")) {
            line++;
        }
        String old = fingerprint(lines.get(line - 1).split(" ", 2)[1]);
        user.write(
                user.home().resolve("swap.sh"),
                """
                cd /etc/ssh && rm ssh_host_ed25519_key*
                ssh-keygen -q -t ed25519 -N '' -f ssh_host_ed25519_key
                systemctl restart ssh
                cat ssh_host_ed25519_key.pub
                """);
        String swapped =
                fingerprint(
                        user.shell(MINUTES, "./kubelab ssh kube-node-1 -- sudo sh -s < ~/swap.sh")
                                .succeeds()
                                .text());
        assertThat(typingThePassword("kube-install", "node")).isEqualTo(UNREACHABLE);
        for (String told :
                List.of(
                        Files.readString(user.checkout().resolve("node.err")),
                        refusal("ssh kube-node-1 -- true"))) {
            assertThat(told)
                    .contains(
                            "kube-node-1: THE HOST KEY HAS CHANGED: ",
                            "shows ssh-ed25519 " + swapped,
                            "known is ssh-ed25519 %s (%s:%d)"
                                    .formatted(old, shownPath(known), line));
        }
    }

    @Test
    @Order(6)
    void theLabGoesAllTheSame() throws IOException {
        succeedsTypingThePassword("down", "down");
    }
}
