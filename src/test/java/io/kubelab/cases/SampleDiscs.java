package io.kubelab.cases;

import io.kubelab.machines.Discs;
import io.kubelab.remote.Content;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Discs that are nothing but the text of their files. */
public final class SampleDiscs implements Discs {
    @Override
    public Content.SecretBytes iso(String label, SortedMap<String, String> files) {
        String text =
                files.entrySet().stream()
                        .map(e -> "%s:%n%s".formatted(e.getKey(), e.getValue()))
                        .collect(Collectors.joining());
        return new Content.SecretBytes(
                Base64.getEncoder()
                        .encodeToString((label + "\n" + text).getBytes(StandardCharsets.UTF_8)));
    }

    static String shown(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
