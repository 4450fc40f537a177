package io.kubelab.settings;

/**
 * A setting's value and where it came from.
 *
 * @param value in one line, as it would be written
 * @param place the file or the option that decided; for {@code auto} also what decided then
 */
public record Origin(String key, String value, String place) {}
