package io.kubelab.steps.machines;

import io.kubelab.failure.InvalidInput;
import io.kubelab.remote.Content;
import io.kubelab.settings.GuestImage;
import io.kubelab.settings.GuestImage.Trust;
import io.kubelab.settings.ImageSettings;
import io.kubelab.settings.KnownImage.Firmware;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LocalLook;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The image that the lab's virtual machines are clones of, and where it lies on the virthost. Its
 * place is named by what it is known by, so that labs share it and another image never takes its
 * place: clones of it stay whole.
 *
 * @param path absolute; {@link VerifiedImage} tells whether it is there
 * @param local how it looks on the workstation, if it is sent from there; one that is on the
 *     virthost and known by its digest needn't be there any more
 */
public record WantedImage(GuestImage image, String path, Optional<LocalLook.Found> local) {
    private static final int DIGITS = 12;

    /**
     * @return empty if it is made from packages ({@code build:})
     * @throws InvalidInput if the settings or the table are wrong, or the workstation hasn't the
     *     file that nothing but itself is known by
     */
    public static Optional<WantedImage> of(Target target) {
        var settings = target.settings();
        if (GuestImage.isBuilt(settings.image())) {
            return Optional.empty();
        }
        GuestImage image = current(target);
        Optional<LocalLook.Found> local =
                image.isLocal()
                        ? target.ask(new LocalLook(Path.of(image.location())))
                        : Optional.empty();
        if (image.trust() instanceof Trust.Own && local.isEmpty()) {
            throw missing("image_url", image.location());
        }
        String name = "%s-%s".formatted(mark(image, local), fileName(image.location()));
        return Optional.of(
                new WantedImage(image, VirthostPlaces.of(target).images() + "/" + name, local));
    }

    private static GuestImage current(Target target) {
        return target.ask(
                new CurrentImage(
                        target.lab().places().home(),
                        target.settings().image(),
                        target.settings().bundle().architecture(),
                        target.documents()));
    }

    /** What virtual machines of the lab boot by. */
    static Firmware firmware(Target target) {
        ImageSettings settings = target.settings().image();
        return switch (settings.machineFirmware()) {
            case BIOS -> Firmware.BIOS;
            case UEFI -> Firmware.UEFI;
            case AUTO -> GuestImage.isBuilt(settings) ? Firmware.BIOS : current(target).firmware();
        };
    }

    /** A file of the workstation that a setting names isn't there. */
    static InvalidInput missing(String setting, String file) {
        return new InvalidInput(
                setting,
                "there is no file %s on this workstation; a file of the virthost is written file://%s"
                        .formatted(file, file));
    }

    /** The same for the same content as far as can be told without having it. */
    private static String mark(GuestImage image, Optional<LocalLook.Found> local) {
        List<String> parts =
                switch (image.trust()) {
                    case Trust.Digest(String digest) -> List.of(digest);
                    case Trust.Signed s -> List.of(image.location(), s.url());
                    case Trust.Own _ -> List.of(image.location(), local.toString());
                };
        return new Content.Text(String.join("\n", parts)).sha256().substring(0, DIGITS);
    }

    /** The last part of its path, without what paths and mount options can't have. */
    private static String fileName(String location) {
        String name = location.replaceFirst("[?#].*", "").replaceFirst(".*/", "");
        return name.isEmpty() ? "image" : name.replaceAll("[^A-Za-z0-9._+~-]", "_");
    }
}
