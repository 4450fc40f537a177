package io.kubelab.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Problems;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.inventory.Host;
import io.kubelab.inventory.Host.Access;
import io.kubelab.inventory.Inventory;
import io.kubelab.machines.MachineSpec.LabTag;
import io.kubelab.settings.MachineSettings.VirtualMachine;
import io.kubelab.settings.Settings;
import io.kubelab.settings.SettingsBinder;
import io.kubelab.settings.Values;
import io.kubelab.step.Diff;
import io.kubelab.step.Lab;
import io.kubelab.step.Requirement;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaybookLoaderTest {
    @TempDir Path directory;

    record Greeting(String text, Optional<Integer> times) implements Step {
        @Override
        public String title() {
            return text;
        }

        @Override
        public Diff diff(Target target) {
            return Diff.inOrder("said");
        }
    }

    record AllMachines(List<VirtualMachine> machines) implements Step {
        @Override
        public String title() {
            return "machines";
        }

        @Override
        public Diff diff(Target target) {
            return Diff.inOrder("there");
        }
    }

    record Quiet() implements Requirement {
        @Override
        public String title() {
            return "it is quiet";
        }

        @Override
        public Diff.InOrder diff(Target target) {
            return Diff.inOrder("not a sound");
        }
    }

    private static final Vocabulary VOCABULARY =
            new Vocabulary(List.of(Greeting.class, AllMachines.class, Quiet.class));
    private static final StepDocumentation DOCUMENTATION =
            new StepDocumentation(
                    Map.of("greeting", "a greeting is there", "greeting.text", "the words"));

    @Test
    void aPlayIsBoundPerHost() {
        Playbook playbook =
                load(
                        """
                        - play: Hello
                          hosts: master:nodes
                          on: virthost
                          when: {domain_type: [auto, lxc], multus_use_crd: true}
                          steps:
                            - greeting: {text: "v${kube_version} on ${registry_port}, $${x}", times: "${registry_port}"}
                            - all_machines: {machines: "${virtual_machines}"}
                        """);
        assertThat(playbook.name()).isEqualTo("site");
        Play play = playbook.plays().getFirst();
        assertThat(play.steps().keySet().stream().map(Host::name))
                .containsExactly("kube-master", "kube-node-1");
        assertThat(play.on().values().stream().map(Host::name)).containsOnly("the_virthost");
        assertThat(play.steps().get(lab().inventory().host("kube-master")))
                .extracting(Play.Bound::step)
                .containsExactly(
                        new Greeting("v1.37.2 on 5000, ${x}", Optional.of(5000)),
                        new AllMachines(lab().settings().machines().virtualMachines()));
        assertThat(play.mark().line()).isEqualTo(1);
    }

    @Test
    void aConditionThatDoesNotHoldLeavesNobody() {
        Playbook playbook =
                load(
                        """
                        - play: Hello
                          hosts: all
                          when: {pod_network_type: flannel}
                          steps: [{greeting: {text: hi}}]
                        """);
        assertThat(playbook.plays().getFirst().steps()).isEmpty();
    }

    @Test
    void aLimitLeavesOthersOut() {
        Lab lab = lab();
        Playbook playbook =
                new PlaybookLoader(new SnakeDocuments(), VOCABULARY)
                        .load(
                                file(
                                        "site.yml",
                                        """
                                        - play: Hello
                                          hosts: all
                                          steps: [{greeting: {text: hi}}]
                                        """),
                                lab,
                                List.of(lab.inventory().host("kube-node-1")));
        assertThat(playbook.plays().getFirst().steps().keySet())
                .containsExactly(lab.inventory().host("kube-node-1"));
    }

    @Test
    void importsCountOnce() {
        file("b.yml", "- play: B\n  hosts: localhost\n  steps: [{greeting: {text: b}}]\n");
        file(
                "a.yml",
                "- import: b.yml\n- play: A\n  hosts: virthost\n  after: B\n"
                        + "  steps: [{greeting: {text: a}}]\n");
        Playbook playbook = load("- import: a.yml\n- import: b.yml\n");
        assertThat(playbook.plays()).extracting(Play::name).containsExactly("B", "A");
        assertThat(playbook.plays().get(1).after()).containsExactly("B");
    }

    @Test
    void everyProblemOfEveryFileIsFoundAtOnce() {
        file(
                "other.yml",
                """
                - play: Other
                  host: nodes
                  hosts: nodez
                  steps:
                    - greting: {text: a}
                    - greeting: {txt: a}
                    - greeting: {text: a}
                      when: {a: b}
                """);
        assertThat(
                        problems(
                                """
                                - import: other.yml
                                - import: none.yml
                                - play: One
                                  hosts: master
                                  after: [Othr]
                                  on: machines
                                  when: {domain_type: lcx, domain: a, virtual_machines: b}
                                  steps:
                                    - greeting: {text: "${kube_versio}", times: many}
                                    - greeting: {text: "all ${virtual_machines}"}
                                    - greeting: {text: "${extra.none}"}
                                - play: One
                                  hosts: all
                                  steps: []
                                - plays: Two
                                """))
                .map(p -> p.replace(directory + "/", ""))
                .containsExactly(
                        "other.yml:2:3: unknown key 'host', did you mean 'hosts'?",
                        "other.yml:7:7: a step is its name, '- kubelet', or its name and"
                                + " arguments, '- package: { names: [jq] }'",
                        "site.yml:2:11: there is no playbook 'none.yml' beside this one",
                        "site.yml:14:10: 'steps' is a list of steps, not empty",
                        "site.yml:15:3: unknown key 'plays', did you mean 'play'?",
                        "site.yml:15:3: missing key 'play'",
                        "site.yml:15:3: missing key 'hosts'",
                        "site.yml:15:3: missing key 'steps'",
                        "other.yml:3:10: there is no host or group 'nodez', did you mean 'nodes'?",
                        "other.yml:5:7: there is no step 'greting', did you mean 'greeting'?;"
                                + " 'kubelab steps' lists all",
                        "other.yml:6:18: unknown key 'txt', did you mean 'text'?",
                        "other.yml:6:17: missing key 'text'",
                        "site.yml:7:23: 'domain_type' is never 'lcx', did you mean 'lxc'?",
                        "site.yml:7:28: there is no setting 'domain'",
                        "site.yml:7:39: 'virtual_machines' is a list; a condition compares single"
                                + " values",
                        "site.yml:9:24: there is no setting 'kube_versio', did you mean"
                                + " 'kube_version'?",
                        "site.yml:10:24: 'virtual_machines' is a list; it can stand only alone,"
                                + " not within other text",
                        "site.yml:11:24: there is no setting 'extra.none'",
                        "site.yml:6:7: 'on' names one host or virthosts, but 'machines' is [kube-master,"
                                + " kube-node-1]",
                        "site.yml:12:3: a play is called 'One' already at site.yml:3:3",
                        "site.yml:5:11: there is no play 'Othr', did you mean 'Other'?");
    }

    @Test
    void playsThatWaitForEachOtherAreRefused() {
        assertThat(
                        problems(
                                """
                                - play: A
                                  hosts: master
                                  after: C
                                  steps: [{greeting: {text: a}}]
                                - play: B
                                  hosts: master
                                  steps: [{greeting: {text: a}}]
                                - play: C
                                  hosts: master
                                  steps: [{greeting: {text: a}}]
                                """))
                .singleElement()
                .asString()
                .matches(
                        "site.yml:\\d+:3: the plays wait for each other:"
                                + " ('[ABC]' waits for ){3}'[ABC]'");
    }

    @Test
    void anImportOfItselfIsRefused() {
        assertThat(problems("- import: site.yml\n")).singleElement().asString().contains("itself");
    }

    @Test
    void aPlaybookIsAList() {
        assertThat(problems("play: x\n")).singleElement().asString().contains("list of plays");
        assertThat(problems("")).singleElement().asString().contains("list of plays");
    }

    @Test
    void theVocabularyDescribesItself() {
        assertThat(VOCABULARY.words(DOCUMENTATION).getFirst())
                .isEqualTo(
                        new Vocabulary.Word(
                                "greeting",
                                "a greeting is there",
                                List.of(
                                        new Vocabulary.Argument("text", "text", true, "the words"),
                                        new Vocabulary.Argument("times", "number", false, ""))));
        assertThat(VOCABULARY.words(DOCUMENTATION).get(1).arguments().getFirst().type())
                .isEqualTo(
                        "list of mapping of name, node_type, system_ram_mb?, system_cpus?,"
                                + " static_ip?, virthost?");
    }

    private Playbook load(String text) {
        return new PlaybookLoader(new SnakeDocuments(), VOCABULARY)
                .load(file("site.yml", text), lab());
    }

    @Test
    void aPreflightOnlyLooksAndWaitsForNobody() {
        Play preflight =
                load("""
                - play: Hello
                  hosts: all
                  steps: [quiet, {greeting: {text: hi}}]
                - preflight: Fit
                  hosts: virthost
                  steps: [quiet]
                """)
                        .plays()
                        .getLast();
        assertThat(preflight.kind()).isEqualTo(Play.Kind.PREFLIGHT);
        assertThat(
                        problems(
                                """
                                - preflight: Fit
                                  hosts: virthost
                                  on: localhost
                                  steps: [quiet, {greeting: {text: hi}}]
                                """))
                .containsExactly(
                        "site.yml:3:3: unknown key 'on'; known are 'hosts', 'preflight', 'steps', 'when'",
                        "site.yml:4:19: 'greeting' may change something, and a preflight only looks;"
                                + " it has its place in a play");
    }

    private List<String> problems(String text) {
        return catchThrowableOfType(InvalidInput.class, () -> load(text)).problems().stream()
                .map(Problem::toString)
                .map(p -> p.replace(directory + "/", ""))
                .toList();
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Lab lab() {
        var defaults =
                (Mapping)
                        new SnakeDocuments()
                                .read(Path.of("inventory/group_vars/all.yml"))
                                .getFirst();
        Settings settings =
                new SettingsBinder(new Problems())
                        .bind(Values.of(defaults.entries()))
                        .orElseThrow();
        var hosts =
                List.of(
                        new Host("the_virthost", Set.of("virthost"), new Access.Local()),
                        new Host("kube-master", Set.of("master", "machines"), new Access.Local()),
                        new Host("kube-node-1", Set.of("nodes", "machines"), new Access.Local()),
                        new Host("localhost", Set.of(), new Access.Local()));
        return new Lab(
                new LabTag("the_virthost", new UUID(0, 1)),
                new Inventory(hosts),
                hosts.stream().collect(Collectors.toMap(Host::name, _ -> settings)),
                new Lab.Places(Path.of("h"), Path.of("c"), Path.of("s"), Path.of("k")));
    }
}
