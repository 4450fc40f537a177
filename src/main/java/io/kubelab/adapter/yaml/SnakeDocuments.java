package io.kubelab.adapter.yaml;

import io.kubelab.document.Documents;
import io.kubelab.document.Node;
import io.kubelab.document.SourceFile;
import java.nio.file.Path;
import java.util.List;

/** YAML by SnakeYAML's parser; what its events mean is decided here, not by YAML 1.1. */
public final class SnakeDocuments implements Documents {
    @Override
    public List<Node> read(Path file) {
        SourceFile source = SourceFile.read(file);
        return parse(source.name(), source.text());
    }

    @Override
    public List<Node> parse(String name, String text) {
        return new NodeReader(name, text).documents();
    }
}
