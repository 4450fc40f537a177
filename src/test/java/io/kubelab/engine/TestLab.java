package io.kubelab.engine;

import io.kubelab.cases.NoReleases;
import io.kubelab.cases.SampleDiscs;
import io.kubelab.cases.SampleLab;
import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Mark;
import io.kubelab.engine.RunEvent.Mode;
import io.kubelab.engine.RunEvent.Outcome;
import io.kubelab.image.ImageSpec;
import io.kubelab.image.Images;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.playbook.Play;
import io.kubelab.playbook.Playbook;
import io.kubelab.step.Lab;
import io.kubelab.step.Requirement;
import io.kubelab.step.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A workstation, a remote virthost, a control plane and two workers, all of them fakes. */
final class TestLab {
    static final Host WORKSTATION = new Host(Inventory.WORKSTATION, Set.of(), new Access.Local());
    static final Host VIRTHOST = host("virt", "virthost");
    static final Host MASTER = host("kube-master", "master");
    static final Host NODE_1 = host("kube-node-1", "nodes");
    static final Host NODE_2 = host("kube-node-2", "nodes");

    /** In no cluster. */
    static final Host EMULATED = host("slow", Inventory.MACHINES);

    final FakeClock clock = new FakeClock();
    final FakeHosts hosts = new FakeHosts();
    final FakeMachines machines = new FakeMachines();
    final FakeCluster cluster = new FakeCluster(clock);
    final List<String> pushed = new ArrayList<>();
    final List<RunEvent> events = new ArrayList<>();
    final List<Play> plays = new ArrayList<>();
    Cancellation cancellation = new Cancellation();

    static Host host(String name, String group) {
        return new Host(name, Set.of(group), new Access.Ssh("192.0.2.1", 22, "centos", "", "", ""));
    }

    private Lab like =
            SampleLab.standing(Path.of(""), Path.of("/nonexistent"), "{domain_type: lxc}");

    /** From now on its machines are emulated. */
    TestLab emulates() {
        like = SampleLab.standing(Path.of(""), Path.of("/nonexistent"), "{domain_type: qemu}");
        return this;
    }

    Lab lab() {
        Path nowhere = Path.of("/nonexistent");
        return new Lab(
                new LabTag("test", new UUID(1, 2)),
                new Inventory(List.of(VIRTHOST, MASTER, NODE_1, NODE_2, EMULATED, WORKSTATION)),
                Map.of(Inventory.WORKSTATION, like.settings()),
                new Lab.Places(nowhere, nowhere, nowhere, nowhere));
    }

    /** The same steps for each of these hosts. */
    TestLab play(String name, List<Host> on, Step... steps) {
        return play(name, List.of(), Optional.empty(), on, steps);
    }

    TestLab playAfter(String name, List<String> after, List<Host> on, Step... steps) {
        return play(name, after, Optional.empty(), on, steps);
    }

    TestLab preflight(String name, List<Host> hosts, Requirement... requirements) {
        return play(Play.Kind.PREFLIGHT, name, List.of(), Optional.empty(), hosts, requirements);
    }

    TestLab play(
            String name, List<String> after, Optional<Host> on, List<Host> hosts, Step... steps) {
        return play(Play.Kind.WORK, name, after, on, hosts, steps);
    }

    private TestLab play(
            Play.Kind kind,
            String name,
            List<String> after,
            Optional<Host> on,
            List<Host> hosts,
            Step... steps) {
        var byHost = new LinkedHashMap<Host, List<Play.Bound>>();
        var mark = new Mark("test.yml", plays.size() + 1, 3);
        for (Host host : hosts) {
            byHost.put(host, List.of(steps).stream().map(s -> new Play.Bound(s, mark)).toList());
        }
        var places = new LinkedHashMap<Host, Host>();
        on.ifPresent(place -> hosts.forEach(host -> places.put(host, place)));
        plays.add(new Play(kind, name, after, places, byHost, mark));
        return this;
    }

    Playbook playbook() {
        return new Playbook("test", List.copyOf(plays));
    }

    RunOutcome apply() {
        return run(Mode.APPLY);
    }

    Ports ports() {
        return new Ports(
                hosts,
                machines,
                cluster,
                new FakeImages(),
                new NoReleases(),
                _ -> List.of(),
                new SampleDiscs(),
                (name, _) -> "template " + name,
                new NoDocuments());
    }

    RunOutcome run(Mode mode) {
        return run(mode, () -> {});
    }

    RunOutcome run(Mode mode, Runnable opening) {
        events.clear();
        return new Runner(ports(), lab(), this::heard, clock, cancellation)
                .run(playbook(), mode, opening);
    }

    private void heard(RunEvent event) {
        events.add(event);
        onEvent(event);
    }

    /** What a test does when it hears of something. */
    void onEvent(RunEvent event) {
        listener.report(event);
    }

    Reporter listener = _ -> {};

    /** One line per step that was done: "host title Outcome". */
    List<String> done() {
        return events.stream()
                .flatMap(e ->
                        switch (e) {
                            case RunEvent.StepDone d ->
                                    java.util.stream.Stream.of(
                                            d.host()
                                                    + " "
                                                    + d.title()
                                                    + " "
                                                    + d.outcome().getClass().getSimpleName());
                            case RunEvent.PlaySkipped s ->
                                    java.util.stream.Stream.of(
                                            s.host() + " skips " + s.steps() + " of " + s.play());
                            default -> java.util.stream.Stream.<String>of();
                        })
                .toList();
    }

    List<Outcome> outcomes() {
        return events.stream()
                .filter(RunEvent.StepDone.class::isInstance)
                .map(e -> ((RunEvent.StepDone) e).outcome())
                .toList();
    }

    private static final class NoDocuments implements Documents {
        @Override
        public List<Node> read(Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Node> parse(String name, String text) {
            throw new UnsupportedOperationException();
        }
    }

    private final class FakeImages implements Images {
        @Override
        public Given given(Path image, Path scratch) {
            throw new UnsupportedOperationException("no step asks for somebody's image");
        }

        @Override
        public void assemble(ImageSpec image, Path layout) {
            try {
                java.nio.file.Files.createDirectories(layout);
                java.nio.file.Files.writeString(layout.resolve("index.json"), image.reference());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public Optional<String> digest(Path layout) {
            return Optional.of("sha256:0");
        }

        @Override
        public Optional<String> digest(String registry, String repository, String tag) {
            return Optional.empty();
        }

        @Override
        public void push(Path layout, String registry, String repository, String tag) {
            pushed.add(registry + "/" + repository + ":" + tag);
        }
    }
}
