package io.kubelab.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubelab.document.Node.Entry;
import io.kubelab.document.Node.Mapping;
import io.kubelab.document.Node.Mark;
import io.kubelab.document.Node.Scalar;
import io.kubelab.document.Node.Sequence;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final Mark MARK = new Mark("x", 1, 1);

    @Test
    void plainScalarsFollowTheCoreSchemaAndQuotedOnesStayText() {
        var node =
                new Mapping(
                        List.of(
                                new Entry(plain("a"), plain("1")),
                                new Entry(plain("b"), new Scalar("1", true, MARK)),
                                new Entry(
                                        plain("c"),
                                        new Sequence(
                                                List.of(
                                                        plain("true"),
                                                        plain("~"),
                                                        plain("no"),
                                                        plain("1.5e3"),
                                                        plain("1.2.3"),
                                                        new Scalar("say \"hi\"\n", true, MARK)),
                                                MARK))),
                        MARK);

        assertThat(Json.text(node))
                .isEqualTo(
                        "{\"a\":1,\"b\":\"1\",\"c\":[true,null,\"no\",1.5e3,\"1.2.3\",\"say \\\"hi\\\"\\n\"]}");
    }

    private static Scalar plain(String text) {
        return new Scalar(text, false, MARK);
    }
}
