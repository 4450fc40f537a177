package io.kubelab.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.adapter.yaml.SnakeDocuments;
import io.kubelab.document.Node.Mapping;
import io.kubelab.failure.Problem;
import io.kubelab.settings.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordBinderTest {
    private final Problems problems = new Problems();

    enum Colour {
        RED,
        DARK_GREEN
    }

    record Part(String name, Optional<Integer> size) {}

    record Thing(
            String title,
            int count,
            boolean shown,
            Colour colour,
            Cidr network,
            Path file,
            Duration limit,
            @Key("rangeEnd") Optional<String> end,
            List<Part> parts,
            Map<String, String> labels) {
        Thing {
            if (count < 0) {
                throw new IllegalArgumentException("count is not below 0");
            }
        }
    }

    private static final String GOOD =
            """
            title: "no"
            count: 3
            shown: true
            colour: dark_green
            network: 10.1.0.0/16
            file: /etc/hosts
            limit: 90s
            rangeEnd: end
            parts: [{name: a, size: 1}, {name: b}]
            labels: {x: y}
            """;

    @Test
    void everyTypeIsBound() {
        assertThat(bind(Thing.class, GOOD))
                .contains(
                        new Thing(
                                "no",
                                3,
                                true,
                                Colour.DARK_GREEN,
                                new Cidr("10.1.0.0/16"),
                                Path.of("/etc/hosts"),
                                Duration.ofSeconds(90),
                                Optional.of("end"),
                                List.of(
                                        new Part("a", Optional.of(1)),
                                        new Part("b", Optional.empty())),
                                Map.of("x", "y")));
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void optionalsAndCollectionsMayBeLeftOut() {
        record Little(Optional<String> a, List<String> b, Map<String, String> c) {}
        assertThat(bind(Little.class, "{}"))
                .contains(new Little(Optional.empty(), List.of(), Map.of()));
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        assertThat(
                        bind(
                                Thing.class,
                                """
                                titel: x
                                count: lots
                                shown: yes
                                colour: darkgreen
                                network: 10.1.2.3/16
                                file: [a]
                                limit: 5 minutes
                                parts: [{nam: a}, text]
                                labels: {mode: 0644}
                                """))
                .isEmpty();
        assertThat(problems.all().stream().map(Problem::toString))
                .containsExactly(
                        "t.yml:1:1: unknown key 'titel', did you mean 'title'?",
                        "t.yml:1:1: missing key 'title'",
                        "t.yml:2:8: 'count' must be a whole decimal number, not 'lots'",
                        "t.yml:3:8: 'shown' must be true or false, not 'yes'; write true",
                        "t.yml:4:9: 'colour' can't be 'darkgreen', did you mean 'dark_green'?",
                        "t.yml:5:10: 'network': '10.1.2.3/16' has host bits set, did you mean"
                                + " '10.1.0.0/16'?",
                        "t.yml:6:7: 'file' must be a single value, not a list",
                        "t.yml:7:8: 'limit' must be a duration such as 500ms, 90s, 5m or 1h, not"
                                + " '5 minutes'",
                        "t.yml:8:10: unknown key 'nam', did you mean 'name'?",
                        "t.yml:8:9: missing key 'name'",
                        "t.yml:8:19: 'parts' must be a mapping, not 'text'",
                        "t.yml:9:16: 'labels.mode' is '0644', which is an octal number in one"
                                + " version of YAML and not in the other; write \"0644\" in quotes"
                                + " if text is meant");
    }

    @Test
    void whatTwoVersionsOfYamlReadDifferentlyIsRefusedUnlessQuoted() {
        record Text(String value, int number) {}
        for (String plain :
                List.of("no", "On", "0644", "12:30", "52:54:00:12:34:56", "1_000", "0b11")) {
            var found = new Problems();
            new RecordBinder(found).bind(Text.class, mapping("{value: " + plain + ", number: 1}"));
            assertThat(found.all()).as(plain).hasSize(1);
            assertThat(bind(Text.class, "{value: \"" + plain + "\", number: 1}")).isPresent();
        }
        for (String plain : List.of("1.37.2", "10.244.0.0", "y", "2026-11-23", "fe80::1")) {
            assertThat(bind(Text.class, "{value: '" + plain + "', number: 1}")).isPresent();
        }
        assertThat(bind(Text.class, "{value: a, number: 010}")).isEmpty();
        assertThat(bind(Text.class, "{value: a, number: 99999999999}")).isEmpty();
    }

    @Test
    void nothingIsNoText() {
        record Text(String value) {}
        assertThat(bind(Text.class, "value:")).isEmpty();
        assertThat(bind(Text.class, "value: \"\"")).contains(new Text(""));
    }

    @Test
    void whatARecordRefusesIsTheUsersProblem() {
        assertThat(bind(Thing.class, GOOD.replace("count: 3", "count: -3"))).isEmpty();
        assertThat(problems.all())
                .containsExactly(new Problem("t.yml:1:1", "count is not below 0"));
    }

    @Test
    void misspeltWordsAreGuessed() {
        assertThat(Spelling.hint("bridge_netwroking", List.of("bridge_networking", "bridge_name")))
                .isEqualTo(", did you mean 'bridge_networking'?");
        assertThat(Spelling.hint("multus-use-crd", List.of("multus_use_crd")))
                .isEqualTo(", did you mean 'multus_use_crd'?");
        assertThat(Spelling.hint("zebra", List.of("b", "a"))).isEqualTo("; known are 'a', 'b'");
    }

    private <T extends Record> Optional<T> bind(Class<T> type, String text) {
        return new RecordBinder(problems).bind(type, mapping(text));
    }

    private static Mapping mapping(String text) {
        return (Mapping) new SnakeDocuments().parse("t.yml", text).getFirst();
    }
}
