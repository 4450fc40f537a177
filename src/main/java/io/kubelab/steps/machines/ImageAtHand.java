package io.kubelab.steps.machines;

import io.kubelab.settings.GuestImage;
import io.kubelab.settings.GuestImage.Trust;
import io.kubelab.step.Diff;
import io.kubelab.step.Requirement;
import io.kubelab.step.Target;
import java.util.Optional;

/**
 * What of virtual machines' image the workstation has to send is there: the image or its vendor's
 * key, where the settings name files, as long as the virthost hasn't the image.
 *
 * <pre>{@code
 * - image_at_hand
 * }</pre>
 */
public record ImageAtHand() implements Requirement {
    @Override
    public String title() {
        return "the machines' image is at hand";
    }

    @Override
    public Diff.InOrder diff(Target target) {
        if (target.settings().machines().domainType().isContainer()) {
            return Diff.inOrder("container nodes have none");
        }
        Optional<WantedImage> wanted = WantedImage.of(target);
        if (wanted.isEmpty()) {
            return Diff.inOrder("it is made from packages");
        }
        if (BaseImage.verified(target, wanted.get()).isPresent()) {
            return Diff.inOrder("it is on the virthost");
        }
        GuestImage image = wanted.get().image();
        if (image.isLocal() && wanted.get().local().isEmpty()) {
            throw WantedImage.missing("image_url", image.location());
        }
        if (image.trust() instanceof Trust.Signed(_, String key, _) && GuestImage.isPath(key)) {
            BaseImage.key(target, key);
        }
        return Diff.inOrder(
                image.isLocal() ? "it is on this workstation" : "the virthost fetches it");
    }
}
