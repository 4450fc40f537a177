package io.kubelab.lab;

import io.kubelab.document.Documents;
import io.kubelab.document.Problems;
import io.kubelab.settings.GuestImage;
import io.kubelab.settings.ImageSettings;
import io.kubelab.settings.ImageSettings.MachineFirmware;
import io.kubelab.settings.KnownImage;
import io.kubelab.settings.KnownImage.Firmware;
import io.kubelab.settings.Settings;
import io.kubelab.settings.Values;
import java.nio.file.Path;

/** What the image of virtual machines must be; container nodes have none. */
final class ImageRules {
    private final Settings settings;
    private final Values values;
    private final Problems problems;

    ImageRules(Settings settings, Values values, Problems problems) {
        this.settings = settings;
        this.values = values;
        this.problems = problems;
    }

    /**
     * @param home the directory that holds {@code inventory/images.yml}
     */
    void check(Documents documents, Path home) {
        if (settings.machines().domainType().isContainer()) {
            return;
        }
        ImageSettings image = settings.image();
        if (GuestImage.isBuilt(image)) {
            try {
                GuestImage.built(image);
            } catch (IllegalArgumentException e) {
                add("image", "'image': " + e.getMessage());
            }
            GuestImage.refuseBesidesBuild(image, this::add);
            return;
        }
        problems.attempt(() -> KnownImage.table(documents, home))
                .flatMap(table ->
                        GuestImage.of(image, table, settings.bundle().architecture(), this::add))
                .ifPresent(this::refuseUnserved);
    }

    private void refuseUnserved(GuestImage image) {
        if (image.firmware() == Firmware.UEFI
                && settings.image().machineFirmware() == MachineFirmware.BIOS) {
            add(
                    "machine_firmware",
                    "'%s' starts by UEFI and not by BIOS; write auto"
                            .formatted(settings.image().image()));
        }
    }

    private void add(String key, String what) {
        problems.add(values.place(key), what);
    }
}
