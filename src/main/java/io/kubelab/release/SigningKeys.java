package io.kubelab.release;

import java.util.List;

/** Reads the keys that what projects publish is signed by. */
public interface SigningKeys {
    /**
     * The keys of a text in ASCII armor, in its order.
     *
     * @return empty if there is none, or one that can't be read to its end
     */
    List<SigningKey> read(String text);
}
