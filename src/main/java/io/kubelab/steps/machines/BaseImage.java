package io.kubelab.steps.machines;

import io.kubelab.remote.Command;
import io.kubelab.remote.Content;
import io.kubelab.remote.FileAttributes;
import io.kubelab.settings.GuestImage;
import io.kubelab.settings.GuestImage.Trust;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Step;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.LocalArtifact;
import io.kubelab.steps.facts.LocalLook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The image that virtual machines are clones of is on the virthost, and is what it should be: it
 * has the digest that the settings or {@code inventory/images.yml} say, or that a list has which
 * its vendor signed. It is fetched by the virthost itself, or sent from the workstation, to a name
 * that no machine knows; what was fetched of it before the connection was lost is not fetched
 * again. {@link WantedImage} tells its path, {@link VerifiedImage} its format.
 *
 * <pre>{@code
 * - base_image
 * }</pre>
 */
public record BaseImage() implements Step {
    private static final Duration FETCHING = Duration.ofHours(6);
    private static final Duration SENDING = Duration.ofHours(2);
    private static final String REMEDY = "The end of its output says what is wrong and what to do.";

    @Override
    public String title() {
        return "the machines' image is on the virthost and verified";
    }

    @Override
    public Diff diff(Target target) {
        Optional<WantedImage> built = WantedImage.of(target);
        if (built.isEmpty()) {
            return Diff.inOrder("it is made from packages, not fetched");
        }
        WantedImage wanted = built.get();
        Optional<VerifiedImage.Found> found = verified(target, wanted);
        if (found.isPresent()) {
            return Diff.inOrder(
                    "%s is as it was verified, %s"
                            .formatted(wanted.path(), found.get().digest().substring(0, 19)));
        }
        String program = VirthostPlaces.of(target).program("fetch-image");
        var changes = new ArrayList<Change>();
        changes.add(
                new Change.PutFile(
                        program,
                        new Content.Text(
                                target.templates().render("virthost/fetch-image.sh", this)),
                        FileAttributes.PROGRAM));
        List<String> trust = trust(target, wanted, changes);
        if (wanted.image().isLocal()) {
            changes.add(send(program, wanted));
        }
        changes.add(fetch(program, wanted, trust));
        return new Diff.Needs(changes);
    }

    /** Empty if it has to be fetched. */
    static Optional<VerifiedImage.Found> verified(Target target, WantedImage wanted) {
        return target.ask(new VerifiedImage(wanted.path()))
                .filter(found ->
                        switch (wanted.image().trust()) {
                            case Trust.Digest(String digest) -> found.digest().equals(digest);
                            case Trust.Signed _, Trust.Own _ -> true;
                        });
    }

    private static List<String> trust(Target target, WantedImage wanted, List<Change> changes) {
        return switch (wanted.image().trust()) {
            case Trust.Digest(String digest) -> List.of("digest", digest);
            case Trust.Own _ -> List.of("own");
            case Trust.Signed(String url, String key, Optional<String> fingerprint) -> {
                String place = key;
                if (GuestImage.isPath(key)) {
                    place = wanted.path() + ".key";
                    changes.add(new Change.PutFile(place, key(target, key), FileAttributes.PUBLIC));
                }
                yield List.of("signed", url, place, fingerprint.orElse("any"));
            }
        };
    }

    static Content key(Target target, String file) {
        return target.ask(new LocalArtifact(Path.of(file)))
                .orElseThrow(() -> WantedImage.missing("image_checksums_key", file));
    }

    private static Change send(String program, WantedImage wanted) {
        String file = wanted.image().location();
        LocalLook.Found look =
                wanted.local().orElseThrow(() -> WantedImage.missing("image_url", file));
        return new Change.Stream(
                Path.of(file),
                Command.of(program, wanted.path(), "receive", String.valueOf(look.size())),
                SENDING,
                REMEDY);
    }

    private static Change fetch(String program, WantedImage wanted, List<String> trust) {
        var argv = new ArrayList<>(List.of(program, wanted.path()));
        argv.add(wanted.image().isLocal() ? "given" : wanted.image().location());
        argv.addAll(trust);
        return new Change.RunLong(
                "base-image-" + wanted.path().replaceFirst(".*/", ""),
                Command.of(argv),
                FETCHING,
                REMEDY);
    }
}
