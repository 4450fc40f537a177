package io.kubelab.settings;

/**
 * Who the lab is.
 *
 * @param lab its name; {@code auto}: the virthost's inventory name
 * @param prune whether machines go that {@code virtual_machines} no longer names; {@code --prune}
 */
@LabWide
public record LabSettings(String lab, boolean prune) {}
