package io.kubelab.steps.bundle;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A container image, put together from a root file system and programs.
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
        return "the image %s is put together".formatted(item);
    }

    @Override
    public Diff diff(Target target) {
        Artifacts artifacts = Artifacts.of(target);
        ImageParts parts = artifacts.imageParts(item);
        Path layout = artifacts.imageSlot(parts).directory();
        Optional<String> digest = target.ask(new LayoutDigest(layout));
        return digest.isPresent()
                ? Diff.inOrder(digest.get())
                : Diff.needs(new Change.AssembleImage(artifacts.imageSpec(parts), layout));
    }
}
