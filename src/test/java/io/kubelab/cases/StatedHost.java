package io.kubelab.cases;

import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Scalar;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.world.FakeHost;
import io.kubelab.world.Item;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A host as the {@code state} of a case tells it: files, packages, units. */
final class StatedHost {
    /** When a file was written and a unit started where the case doesn't say. */
    private static final String WRITTEN = "2026-11-01T00:00:00Z";

    private static final String STARTED = "2026-11-02T00:00:00Z";

    private StatedHost() {}

    static FakeHost of(String name, Node state, Renderings renderings) {
        var host = new FakeHost(name);
        host.put("/etc/os-release", new Content.Text("ID=debian\n"), FileAttributes.PUBLIC);
        for (Entry entry : entries(state, "files")) {
            host.put(entry.key().text(), item(entry.value(), renderings));
        }
        state.list("packages").forEach(n -> install(host, ((Scalar) n).text().split(" ", -1)));
        for (Entry entry : entries(state, "units")) {
            Node unit = entry.value();
            String active = unit.text("active").orElse("active");
            host.unit(
                    entry.key().text(),
                    new FakeHost.Unit(
                            active,
                            unit.text("at_boot").orElse("enabled"),
                            unit.text("reload_needed").map(Boolean::parseBoolean).orElse(false),
                            "active".equals(active)
                                    ? Optional.of(
                                            Instant.parse(unit.text("started").orElse(STARTED)))
                                    : Optional.empty()));
        }
        return host;
    }

    /** A name; or a name, a version and "hold". */
    private static void install(FakeHost host, String... words) {
        host.packages().add(words[0]);
        if (words.length > 1) {
            host.install(words[0], words[1]);
        }
        if (words.length > 2) {
            host.held().add(words[0]);
        }
    }

    private static List<Entry> entries(Node state, String topic) {
        return state.at(topic).map(n -> ((Mapping) n).entries()).orElse(List.of());
    }

    private static Item item(Node node, Renderings renderings) {
        if (node.text("link").isPresent()) {
            return new Item.Link(node.text("link").get());
        } else if (node.at("directory").isPresent()) {
            return new Item.Directory(
                    node.text("mode").orElse("755"), node.text("owner").orElse("root:root"));
        } else if (node.text("special").isPresent()) {
            return new Item.Special(node.text("special").get());
        }
        Content content =
                node.text("sha256")
                        .<Content>map(digest -> new Content.Artifact(Path.of("artifact"), digest))
                        .orElseGet(() -> new Content.Text(text(node, renderings)));
        return new Item.RegularFile(
                content,
                node.text("mode").orElse("644"),
                node.text("owner").orElse("root:root"),
                Instant.parse(node.text("written").orElse(WRITTEN)));
    }

    private static String text(Node node, Renderings renderings) {
        return node instanceof Scalar scalar
                ? scalar.text()
                : node.text("template")
                        .map(t -> renderings.find(t).orElse("not rendered yet"))
                        .or(() -> node.text("content"))
                        .orElse("");
    }
}
