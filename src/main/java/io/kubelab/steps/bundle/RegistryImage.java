package io.kubelab.steps.bundle;

import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import java.util.Optional;

/**
 * An image of the bundle is in the virthost's registry.
 *
 * <pre>{@code
 * - registry_image: { item: kube-proxy }
 * }</pre>
 *
 * @param item name of an image in bundle.yml
 */
public record RegistryImage(String item) implements Step {
    @Override
    public String title() {
        return "the registry has the image " + item;
    }

    @Override
    public Diff diff(Target target) {
        Artifacts.BundledImage image = Artifacts.of(target).image(item);
        String registry = RegistryPlace.of(target).address();
        Optional<String> ours = target.ask(new LayoutDigest(image.layout()));
        Optional<String> theirs =
                target.ask(new RegistryDigest(registry, image.repository(), image.tag()));
        return ours.isPresent() && ours.equals(theirs)
                ? Diff.inOrder(image.reference() + " is there")
                : Diff.needs(
                        new Change.PushImage(
                                image.layout(), registry, image.repository(), image.tag()));
    }
}
