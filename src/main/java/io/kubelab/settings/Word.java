package io.kubelab.settings;

import java.util.List;
import java.util.Map;

/** A value of a closed set that can't be an enum, since not all of its words are Java names. */
sealed interface Word permits NetworkType, Distribution {
    /** The words of each set, as they are told. */
    Map<Class<?>, List<String>> SETS =
            Map.of(NetworkType.class, NetworkType.WORDS, Distribution.class, Distribution.WORDS);

    /** As it is written. */
    String text();
}
