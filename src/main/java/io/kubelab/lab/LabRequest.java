package io.kubelab.lab;

import io.kubelab.document.Node.Entry;
import io.kubelab.settings.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which lab is meant, as the command line says it.
 *
 * @param home holds inventory/, playbooks-equivalent/ and templates/
 * @param directory the working directory
 * @param userHome what {@code ~} means
 * @param architecture the workstation's, in Go's and Debian's word: {@code amd64}
 * @param state kubelab's directory for what it must not forget
 * @param cache kubelab's directory for artifacts
 * @param inventories of {@code -i}; empty: the lab that was set up last, else the shipped one
 * @param extraVars of {@code -e}, in their order
 * @param limit of {@code --limit}, a pattern of hosts
 * @param once settings of this run alone, which win and are not remembered
 * @param free memory that virthosts have available in MiB, by name, as they said; empty: they were
 *     not asked
 */
public record LabRequest(
        Path home,
        Path directory,
        Path userHome,
        String architecture,
        Path state,
        Path cache,
        List<String> inventories,
        List<String> extraVars,
        Optional<String> limit,
        Values once,
        Map<String, Long> free) {
    static final String SHIPPED_INVENTORY = "virthost.inventory";
    static final String GENERATED_INVENTORY = "vms.local.generated";

    public LabRequest {
        inventories = List.copyOf(inventories);
        extraVars = List.copyOf(extraVars);
        free = Map.copyOf(free);
    }

    /** Without settings of this run alone. */
    public LabRequest(
            Path home,
            Path directory,
            Path userHome,
            String architecture,
            Path state,
            Path cache,
            List<String> inventories,
            List<String> extraVars,
            Optional<String> limit) {
        this(
                home,
                directory,
                userHome,
                architecture,
                state,
                cache,
                inventories,
                extraVars,
                limit,
                Values.none(),
                Map.of());
    }

    /** With this setting for this run alone. */
    public LabRequest with(Entry setting) {
        return with(once.plus(Values.of(List.of(setting))), free);
    }

    /**
     * With the virthosts' word on how much memory they have available.
     *
     * @param mebibytes by name
     */
    public LabRequest withFree(Map<String, Long> mebibytes) {
        return with(once, mebibytes);
    }

    private LabRequest with(Values settings, Map<String, Long> mebibytes) {
        return new LabRequest(
                home,
                directory,
                userHome,
                architecture,
                state,
                cache,
                inventories,
                extraVars,
                limit,
                settings,
                mebibytes);
    }

    Path inventory() {
        return home.resolve("inventory");
    }

    /** The only home of defaults. */
    public Path defaults() {
        return inventory().resolve("group_vars/all.yml");
    }
}
