package io.kubelab.steps.bundle;

import io.kubelab.release.ReleasedImage;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container image: put together from a root file system and programs, or fetched as its project
 * publishes it ({@code bundle_source}).
 *
 * <pre>{@code
 * - image: { item: kube-proxy }
 * }</pre>
 *
 * @param item name of an image in bundle.yml
 */
public record Image(String item) implements Step {
    @Override
    public String title() {
        return "the image %s is there".formatted(item);
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        ImageParts parts = artifacts.imageParts(item);
        if (parts.release().isPresent()) {
            return published(target, artifacts, parts, parts.release().get());
        }
        Path layout = artifacts.imageSlot(parts).directory();
        Optional<String> digest = target.ask(new LayoutDigest(layout));
        return digest.isPresent()
                ? Diff.inOrder(digest.get())
                : Diff.needs(new Change.AssembleImage(artifacts.imageSpec(parts), layout));
    }

    /** It is carried to where it can't be fetched, so that its contents are written down. */
    private static Diff published(
            Target target, Artifacts artifacts, ImageParts parts, PinnedImage release) {
        Slot slot = artifacts.imageSlot(parts);
        if (artifacts.contents(slot).isPresent()) {
            return Diff.inOrder("%s is its release".formatted(parts.reference()));
        }
        return Diff.needs(
                target.ask(new UnrecordedContents(slot.directory()))
                        .map(there -> there.written(slot.directory()))
                        .orElseGet(() ->
                                new Change.FetchImage(
                                        new ReleasedImage(
                                                release.registry(),
                                                parts.repository(),
                                                release.digest(),
                                                artifacts.architecture(),
                                                slot.downloads()),
                                        slot.directory())));
    }
}
