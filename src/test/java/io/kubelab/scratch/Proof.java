package io.kubelab.scratch;

import io.kubelab.adapter.freemarker.FreemarkerTemplates;
import io.kubelab.adapter.libvirt.LibvirtHypervisors;
import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.engine.*;
import io.kubelab.failure.CommandFailed;
import io.kubelab.failure.Unreachable;
import io.kubelab.inventory.*;
import io.kubelab.inventory.Host.Access;
import io.kubelab.machines.*;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.playbook.*;
import io.kubelab.remote.*;
import io.kubelab.settings.*;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.step.Lab;
import io.kubelab.steps.bundle.BundleSteps;
import io.kubelab.steps.general.GeneralSteps;
import io.kubelab.steps.machines.MachinesSteps;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.Consumer;

/** Proof PLAYBOOK local|ns MODE */
public final class Proof {
    static final Path SCRATCH = Path.of("/var/tmp/h4/proof");

    record Sh(List<String> prefix) implements Connection {
        CommandResult go(String script, byte[] in, Duration limit) {
            try {
                var argv = new ArrayList<>(prefix);
                if (prefix.contains("ssh")) argv.add("sh -c " + Command.quote(script));
                else argv.addAll(List.of("sh", "-c", script));
                Process p = new ProcessBuilder(argv).start();
                var err =
                        CompletableFuture.supplyAsync(() -> {
                            try {
                                return new String(
                                        p.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
                var feed =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try (var o = p.getOutputStream()) {
                                        o.write(in);
                                    } catch (IOException e) {
                                    }
                                });
                String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                feed.join();
                return new CommandResult(p.waitFor(), out, err.get());
            } catch (IOException | InterruptedException | ExecutionException e) {
                throw new RuntimeException(e);
            }
        }

        byte[] input(Content c) {
            return switch (c) {
                case Content.Text t -> t.text().getBytes();
                case Content.Secret s -> s.text().getBytes();
                case Content.Artifact a -> {
                    try {
                        yield Files.readAllBytes(a.file());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
        }

        public List<CommandResult> ask(List<Limited> cs) {
            return cs.stream()
                    .map(c -> go(c.command().script(), input(c.command().input()), c.limit()))
                    .toList();
        }

        public CommandResult change(Limited c) {
            return go(c.command().script(), input(c.command().input()), c.limit());
        }

        public CommandResult run(String id, Limited c, Consumer<String> o) {
            return change(c);
        }

        public void put(String path, Content c, FileAttributes a) {
            String q = Command.quote(path), d = Command.quote(Path.of(path).getParent().toString());
            var r =
                    go(
                            "mkdir -p "
                                    + d
                                    + " && cat > "
                                    + q
                                    + ".tmp && chmod "
                                    + a.mode()
                                    + " "
                                    + q
                                    + ".tmp && chown "
                                    + a.owner()
                                    + " "
                                    + q
                                    + ".tmp && mv -T "
                                    + q
                                    + ".tmp "
                                    + q,
                            input(c),
                            Duration.ZERO);
            if (!r.ok()) throw new CommandFailed("x", "put " + path, r.exit(), r.text(), "");
        }

        public CommandResult stream(Path f, Limited c) {
            try {
                var argv = new ArrayList<>(prefix);
                argv.addAll(List.of("sh", "-c", c.command().script()));
                Process p =
                        new ProcessBuilder(argv)
                                .redirectInput(f.toFile())
                                .redirectErrorStream(true)
                                .start();
                String out = new String(p.getInputStream().readAllBytes());
                return new CommandResult(p.waitFor(), out, "");
            } catch (Exception e) {
                throw new RuntimeException(e);
            }
        }

        public byte[] get(String p) {
            return go("cat " + Command.quote(p), new byte[0], Duration.ZERO).out().getBytes();
        }

        public int forward(String h, int p) {
            throw new UnsupportedOperationException();
        }

        public Path forwardSocket(String s) {
            try {
                Path dir = Files.createTempDirectory("h4sock");
                Path here = dir.resolve("s");
                // /proc/<pid>/root/... of the holder leads to its private /run
                Path real =
                        Path.of(
                                "/proc/"
                                        + Files.readString(Path.of("/var/tmp/h4/hold.pid")).strip()
                                        + "/root"
                                        + s);
                Files.createSymbolicLink(here, real);
                return here;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public int roundTrips() {
            return 0;
        }

        public void close() {}
    }

    public static void main(String[] args) throws Exception {
        boolean ns = args[1].equals("ns");
        List<String> prefix =
                ns
                        ? List.of(
                                "nsenter",
                                "-t",
                                Files.readString(Path.of("/var/tmp/h4/hold.pid")).strip(),
                                "-m",
                                "-n")
                        : List.of();
        var state = SCRATCH.resolve(args[1] + "/state");
        var places =
                new Lab.Places(
                        Path.of("."),
                        Path.of(System.getProperty("cache", "/var/tmp/h4/cache")),
                        state,
                        SCRATCH.resolve(args[1] + "/keys"));
        Path uuid = SCRATCH.resolve(args[1] + ".uuid");
        Files.createDirectories(SCRATCH);
        if (!Files.exists(uuid)) Files.writeString(uuid, UUID.randomUUID().toString());
        var tag = new LabTag("proof-" + args[1], UUID.fromString(Files.readString(uuid)));
        String sub = ns ? "10.77.4" : "10.78.4";
        var settings =
                new Settings(
                        new LabSettings("auto"),
                        new MachineSettings(
                                MachineSettings.DomainType.LXC,
                                List.of(
                                        new VirtualMachine(
                                                "h4-master",
                                                "master",
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty()),
                                        new VirtualMachine(
                                                "h4-node-1",
                                                "nodes",
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty())),
                                2048,
                                2,
                                "/var/lib/kubelab",
                                "centos",
                                "auto"),
                        new NetworkSettings("auto", false, "", "", "", new Cidr("192.168.1.0/24")),
                        new KubernetesSettings(
                                "1.37.2",
                                KubernetesSettings.ContainerRuntime.CONTAINERD,
                                KubernetesSettings.PodNetworkType.MULTUS,
                                new Cidr("10.244.0.0/16"),
                                new Cidr("10.96.0.0/12"),
                                false),
                        new MultusSettings(
                                true,
                                new Cidr(sub + ".0/24"),
                                new Address(sub + ".200"),
                                new Address(sub + ".216"),
                                new Address(sub + ".1"),
                                "eth0"),
                        new BundleSettings(List.of(), "debian-13", 5000, "auto"),
                        Map.of());
        var hosts = new ArrayList<Host>();
        hosts.add(
                new Host(
                        "vh",
                        Set.of("virthost"),
                        ns
                                ? new Access.Ssh(
                                        "10.98.4.2", 2224, "root", "/var/tmp/h4/user", "", "")
                                : new Access.Local()));
        for (var m : AddressPlan.of(tag, settings).machines())
            hosts.add(
                    new Host(
                            m.machine(),
                            Set.of("machines", m.machine().contains("master") ? "master" : "nodes"),
                            new Access.Ssh(
                                    m.address(),
                                    22,
                                    "centos",
                                    places.keys().resolve("id_vm_rsa").toString(),
                                    "vh",
                                    state.resolve("known_hosts").toString())));
        hosts.add(new Host("localhost", Set.of(), new Access.Local()));
        var map = new HashMap<String, Settings>();
        for (var h : hosts) map.put(h.name(), settings);
        var lab = new Lab(tag, new Inventory(hosts), map, places);
        var docs = new SnakeDocuments();
        var templates = new FreemarkerTemplates(Path.of("templates"));
        var all = new ArrayList<Class<? extends io.kubelab.step.Step>>();
        all.addAll(GeneralSteps.ALL);
        all.addAll(BundleSteps.ALL);
        all.addAll(MachinesSteps.ALL);
        Playbook pb = new PlaybookLoader(docs, new Vocabulary(all)).load(Path.of(args[0]), lab);
        var connections =
                new Connections() {
                    public Connection to(Host h) {
                        return switch (h.access()) {
                            case Access.Local _ -> new Sh(List.of());
                            case Access.Ssh s when h.name().equals("vh") -> new Sh(prefix);
                            case Access.Ssh s -> {
                                var argv = new ArrayList<>(prefix);
                                argv.addAll(
                                        List.of(
                                                "ssh",
                                                "-q",
                                                "-o",
                                                "ConnectTimeout=1",
                                                "-o",
                                                "BatchMode=yes",
                                                "-o",
                                                "ControlMaster=auto",
                                                "-o",
                                                "ControlPersist=5",
                                                "-o",
                                                "ControlPath=/var/tmp/h4/cm-" + h.name() + args[1],
                                                "-o",
                                                "UserKnownHostsFile=" + s.knownHosts(),
                                                "-o",
                                                "StrictHostKeyChecking=yes",
                                                "-i",
                                                s.privateKeyFile(),
                                                s.user() + "@" + s.address(),
                                                "sudo"));

                                long t = System.nanoTime();
                                while (true) {
                                    var probe = new ArrayList<>(argv.subList(0, argv.size() - 1));
                                    probe.add("true");
                                    try {
                                        if (new ProcessBuilder(probe).inheritIO().start().waitFor()
                                                == 0) break;
                                    } catch (Exception e) {
                                        throw new RuntimeException(e);
                                    }
                                    if (System.nanoTime() - t > 20e9)
                                        throw new Unreachable(h.name(), "no ssh", "");
                                }
                                System.err.printf(
                                        "   ssh to %s after %d ms%n",
                                        h, (System.nanoTime() - t) / 1000000);
                                yield new Sh(argv);
                            }
                        };
                    }

                    public void forget(Host h) {}

                    public void close() {}
                };
        long start = System.nanoTime();
        Reporter reporter =
                e -> {
                    long ms = (System.nanoTime() - start) / 1000000;
                    switch (e) {
                        case RunEvent.StepDone d ->
                                System.err.printf(
                                        "%6d %-10s %-60s %s%n",
                                        ms,
                                        d.host(),
                                        d.title(),
                                        switch (d.outcome()) {
                                            case RunEvent.Outcome.Changed c ->
                                                    "CHANGED " + c.changes().size();
                                            case RunEvent.Outcome o ->
                                                    o.toString().lines().findFirst().orElse("");
                                        });
                        case RunEvent.PlaySkipped d -> System.err.println(ms + " " + d);
                        case RunEvent.RunFinished d -> System.err.println(ms + " " + d);
                        case RunEvent.StepProgress d -> {
                            if (!d.doing().startsWith("write") && !d.doing().startsWith("make"))
                                System.err.println(ms + "    " + d.host() + " " + d.doing());
                        }
                        default -> {}
                    }
                };
        try (var hyp = new LibvirtHypervisors(connections, templates)) {
            var ports =
                    new Ports(
                            connections,
                            hyp,
                            (io.kubelab.cluster.Clusters)
                                    java.lang.reflect.Proxy.newProxyInstance(
                                            Proof.class.getClassLoader(),
                                            new Class<?>[] {io.kubelab.cluster.Clusters.class},
                                            (a, b, c) ->
                                                    b.getReturnType() == Optional.class
                                                            ? Optional.empty()
                                                            : null),
                            null,
                            templates,
                            docs);
            var out =
                    new Runner(ports, lab, reporter, Clock.system(), new Cancellation())
                            .run(pb, args.length > 2 ? RunEvent.Mode.PREVIEW : RunEvent.Mode.APPLY);
            System.err.println(out);
            for (var f : out.failures()) {
                System.err.println(f.getMessage() + "\n" + f.remedy() + "\n" + f.evidence());
            }
            for (var f : out.defects()) {
                f.printStackTrace();
            }
        }
    }
}
