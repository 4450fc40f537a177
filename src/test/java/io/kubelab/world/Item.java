package io.kubelab.world;

import io.kubelab.remote.Content;
import java.time.Instant;

/** What lies under a path of a {@link FakeHost}. */
public sealed interface Item {
    /**
     * @param mode octal without leading zeros
     * @param owner {@code user:group}
     */
    record RegularFile(Content content, String mode, String owner, Instant written)
            implements Item {}

    record Directory(String mode, String owner) implements Item {}

    record Link(String destination) implements Item {}

    /**
     * @param type in stat's words: {@code socket}
     */
    record Special(String type) implements Item {}
}
