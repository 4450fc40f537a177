package io.kubelab.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Json;
import io.kubelab.document.Problems;
import io.kubelab.failure.Problem;
import io.kubelab.inventory.Host.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryFilesTest {
    @TempDir Path directory;
    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();

    private static final String INI =
            """
            # hosts
            lonely ansible_host=10.0.0.9 ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p root@1.2.3.4"'
            web[08:10:2].example:2222 ansible_user=me # a comment

            [virthost]
            big ansible_host=10.0.0.1  ansible_port=2200 ansible_ssh_private_key_file=~/.ssh/k

            [cluster:children]
            virthost

            [cluster:vars]
            images_directory = /srv/lab
            quoted = "a = 'b' # c"
            optional_packages=['jq', "tcpdump"]

            [all:vars]
            ansible_user=fred
            """;

    private static final String YAML =
            """
            all:
              vars: {ansible_user: fred}
              hosts:
                lonely:
                  ansible_host: 10.0.0.9
                  ansible_ssh_common_args: -o ProxyCommand="ssh -W %h:%p root@1.2.3.4"
                web[08:10:2].example: {ansible_port: 2222, ansible_user: me}
              children:
                cluster:
                  vars:
                    images_directory: /srv/lab
                    quoted: "a = 'b' # c"
                    optional_packages: ["jq", "tcpdump"]
                  children:
                    virthost:
                      hosts:
                        big:
                          ansible_host: 10.0.0.1
                          ansible_port: 2200
                          ansible_ssh_private_key_file: ~/.ssh/k
            """;

    @Test
    void iniIsRead() {
        isTheSameLab(read("i.inventory", INI));
    }

    @Test
    void yamlIsRead() {
        isTheSameLab(read("i.yml", YAML));
    }

    private void isTheSameLab(InventoryDraft draft) {
        assertThat(problems.all()).isEmpty();
        assertThat(draft.hosts().keySet())
                .containsExactlyInAnyOrder("lonely", "web08.example", "web10.example", "big");
        assertThat(draft.groupsOf("big")).containsExactly("cluster", "virthost");
        assertThat(draft.groupsOf("lonely")).containsExactly("ungrouped");
        assertThat(draft.groupsWithVariables()).containsExactly("all", "cluster");
        assertThat(draft.groupVariables("cluster"))
                .extracting(e -> e.key().text() + "=" + Json.text(e.value()))
                .containsExactly(
                        "images_directory=\"/srv/lab\"",
                        "quoted=\"a = 'b' # c\"",
                        "optional_packages=[\"jq\",\"tcpdump\"]");
        assertThat(access(draft, "big"))
                .isEqualTo(new Access.Ssh("10.0.0.1", 2200, "fred", "/home/me/.ssh/k", "", ""));
        assertThat(access(draft, "web10.example"))
                .isEqualTo(new Access.Ssh("web10.example", 2222, "me", "", "", ""));
        assertThat(access(draft, "lonely"))
                .isEqualTo(new Access.Ssh("10.0.0.9", 0, "fred", "", "", ""));
        assertThat(problems.all()).isEmpty();
        assertThat(warnings.all())
                .singleElement()
                .asString()
                .contains("'ansible_ssh_common_args' has no effect");
    }

    @Test
    void valuesOfAnIniFileHaveTheirPlace() {
        InventoryDraft draft =
                read("i", "[virthost]\nbig  a=1 b='2'\n[virthost:vars]\nc = [1, 2]\n");
        assertThat(draft.hostVariables("big"))
                .extracting(e -> e.value().mark().line() + ":" + e.value().mark().column())
                .containsExactly("2:8", "2:12");
        assertThat(
                        draft.groupVariables("virthost")
                                .getFirst()
                                .value()
                                .list()
                                .get(1)
                                .mark()
                                .column())
                .isEqualTo(9);
    }

    @Test
    void everyProblemIsFound() {
        read(
                "i",
                """
                big loose
                [virthost]
                big a='unclosed
                [cluster:childs]
                x
                [nobody:vars]
                a=b
                [virthost:vars]
                nonsense
                [a:children]
                b
                [b:children]
                a
                [big]
                node[3:1]
                [
                """);
        assertThat(shown())
                .containsExactlyInAnyOrder(
                        "i:1:5: after a host's name come its variables, 'key=value', not 'loose'",
                        "i:3:1: the quote ' is not closed",
                        "i:4:1: there is no section '[cluster:childs]'; known are 'children',"
                                + " 'hosts', 'vars'",
                        "i:6:1: there is no group 'nobody'; known are 'a', 'b', 'big', 'virthost'",
                        "i:9:1: a line of '[virthost:vars]' is 'key=value'",
                        "i:10:1: the group 'a' is a child of itself",
                        "i:11:1: the group 'b' is a child of itself",
                        "i:1:1: 'big' is the name of a group (i:14:1) and of a host",
                        "i:15:1: the range in 'node[3:1]' has no end",
                        "i:16:1: a section is '[group]', '[group:children]' or '[group:vars]'");
    }

    @Test
    void connectionsAreChecked() {
        InventoryDraft draft =
                read(
                        "i",
                        """
                        a ansible_port=99999 ansible_connection=winrm
                        b ansible_become_password=x ansible_hots=y ansible_python_interpreter=z
                        c ansible_ssh_common_args="-o ProxyJump=me@a"
                        d ansible_connection=local
                        localhost
                        """);
        for (String host : draft.hosts().keySet()) {
            draft.hostVariables(host).forEach(connections(draft)::check);
        }
        access(draft, "a");
        assertThat(access(draft, "c")).extracting(a -> ((Access.Ssh) a).via()).isEqualTo("a");
        assertThat(access(draft, "d")).isEqualTo(new Access.Local());
        access(draft, "localhost");
        assertThat(shown())
                .containsExactly(
                        "i:2:3: 'ansible_become_password': passwords aren't read from files or"
                                + " arguments; kubelab logs in by key and asks for sudo's password"
                                + " with -K",
                        "i:2:29: unknown variable 'ansible_hots', did you mean 'ansible_host'?",
                        "i:1:41: 'ansible_connection' is 'ssh' or 'local', not 'winrm'",
                        "i:1:16: 'ansible_port' must be a number from 1 to 65535, not '99999'",
                        "localhost: is this workstation; write 'ansible_connection=local' beside"
                                + " it");
        assertThat(warnings.all())
                .singleElement()
                .asString()
                .endsWith("has no effect: no Python is needed on a host");
    }

    @Test
    void variablesBesideAnInventoryComeAfterThoseInIt() throws IOException {
        write("group_vars/virthost/one.yml", "a: 1\n");
        write("group_vars/virthost/two.yml", "b: 2\n");
        write("group_vars/all.yml", "c: 3\n");
        write("host_vars/big.json", "{\"d\": 4}");
        write("host_vars/notes.md", "not variables");
        InventoryDraft draft = read("i", "[virthost]\nbig d=0\n[virthost:vars]\na=0\n");
        assertThat(draft.groupVariables("virthost"))
                .extracting(e -> e.key().text() + e.value().text().orElse(""))
                .containsExactly("a0", "a1", "b2");
        assertThat(draft.groupVariables("all")).hasSize(1);
        assertThat(draft.hostVariables("big"))
                .extracting(e -> e.value().text().orElse(""))
                .containsExactly("0", "4");
    }

    private Access access(InventoryDraft draft, String host) {
        var all = new java.util.ArrayList<>(draft.groupVariables("all"));
        all.addAll(draft.hostVariables(host));
        return connections(draft).access(host, all);
    }

    private ConnectionVariables connections(InventoryDraft draft) {
        return new ConnectionVariables(
                draft.hosts().keySet(), Path.of("/home/me"), problems, warnings);
    }

    private InventoryDraft read(String name, String text) {
        try {
            return new InventoryFiles(new SnakeDocuments(), problems)
                    .read(List.of(write(name, text)), List.of(), directory.resolve("none"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, text);
    }

    private List<String> shown() {
        return problems.all().stream()
                .map(Problem::toString)
                .map(p -> p.replace(directory + "/", ""))
                .toList();
    }
}
