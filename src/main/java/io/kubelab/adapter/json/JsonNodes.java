package io.kubelab.adapter.json;

import io.kubelab.document.JsonReader;
import io.kubelab.document.Node;
import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** JSON by Jackson's tokens: its own trees take 0.1 s to load. */
public final class JsonNodes implements JsonReader {
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    public Optional<Node> read(String name, byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return Optional.of(new Reading(parser, new Mark(name, 1, 1)).value(parser.nextToken()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private record Reading(JsonParser parser, Mark mark) {
        Node value(@Nullable JsonToken token) {
            return switch (token) {
                case null -> throw new StreamReadException(parser, "it ends before its end");
                case START_OBJECT -> {
                    var entries = new ArrayList<Entry>();
                    for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                        entries.add(new Entry(Scalar.text(key, mark), value(parser.nextToken())));
                    }
                    yield new Mapping(entries, mark);
                }
                case START_ARRAY -> {
                    var items = new ArrayList<Node>();
                    for (JsonToken next = parser.nextToken();
                            next != JsonToken.END_ARRAY;
                            next = parser.nextToken()) {
                        items.add(value(next));
                    }
                    yield new Sequence(items, mark);
                }
                default -> new Scalar(parser.getString(), token == JsonToken.VALUE_STRING, mark);
            };
        }
    }
}
