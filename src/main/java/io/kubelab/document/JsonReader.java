package io.kubelab.document;

import java.util.Optional;

/** Reads JSON (RFC 8259) that programs wrote into {@link Node}s. */
public interface JsonReader {
    /**
     * The value that a text begins with; empty: it is no JSON.
     *
     * @param name stands in the marks, which all are of its beginning: nobody edits these texts
     */
    Optional<Node> read(String name, byte[] json);
}
