package io.kubelab.steps.general;

import io.kubelab.cluster.ClusterClient.Standing;
import io.kubelab.cluster.Manifest;
import io.kubelab.cluster.ObjectRef;
import io.kubelab.document.Json;
import io.kubelab.document.Node;
import io.kubelab.failure.InvalidInput;
import io.kubelab.failure.Problem;
import io.kubelab.step.Change;
import io.kubelab.step.Diff;
import io.kubelab.step.Target;
import io.kubelab.steps.facts.ObjectStandings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Objects as a step wants them in the cluster, in the order in which they are applied. */
public record WantedObjects(List<Manifest> manifests) {
    private static final Duration SERVED_AFTER = Duration.ofMinutes(1);

    public WantedObjects {
        manifests = List.copyOf(manifests);
    }

    /** The documents of a rendered template; empty ones are skipped. */
    public static WantedObjects rendered(Target target, String template, Record model) {
        String text = target.templates().render(template, model);
        var manifests = new ArrayList<Manifest>();
        var problems = new ArrayList<Problem>();
        for (Node document : target.documents().parse(template, text)) {
            switch (document) {
                case Node.Mapping object -> {
                    ObjectRef ref = reference(object);
                    if (ref.apiVersion().isEmpty()
                            || ref.kind().isEmpty()
                            || ref.name().isEmpty()) {
                        problems.add(
                                new Problem(
                                        object.mark().toString(),
                                        "an object needs 'apiVersion', 'kind' and 'metadata.name'"));
                    }
                    manifests.add(new Manifest(ref, Json.text(object)));
                }
                case Node.Scalar s when s.text().isEmpty() -> {}
                case Node.Scalar s -> problems.add(notAnObject(s));
                case Node.Sequence s -> problems.add(notAnObject(s));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidInput(problems);
        }
        return new WantedObjects(manifests);
    }

    /**
     * What is missing. Where a kind is not served yet because a definition before it has just been
     * made, what can be applied is applied first.
     */
    public Diff diff(Target target) {
        Iterator<Standing> standings = target.ask(new ObjectStandings(manifests)).iterator();
        var changes = new ArrayList<Change>();
        for (Manifest manifest : manifests) {
            switch (standings.next()) {
                case Standing.Same() -> {}
                case Standing.Absent() -> changes.add(new Change.Apply(manifest));
                case Standing.Differs _ -> changes.add(new Change.Apply(manifest));
                case Standing.NotServed(String why) -> {
                    if (changes.isEmpty()) {
                        return new Diff.Pending(
                                "%s (%s)".formatted(manifest.ref(), why),
                                SERVED_AFTER,
                                new Diff.Wake.ClusterEvent(
                                        "apiextensions.k8s.io/v1", "CustomResourceDefinition", ""),
                                "Apply the definition of this kind before its objects; 'kubectl api-resources' lists what is served.");
                    }
                    return new Diff.Needs(changes);
                }
            }
        }
        return Diff.of(changes, manifests.size() + " objects are as they should be");
    }

    private static ObjectRef reference(Node object) {
        return new ObjectRef(
                object.text("apiVersion").orElse(""),
                object.text("kind").orElse(""),
                object.text("metadata", "namespace").orElse(""),
                object.text("metadata", "name").orElse(""));
    }

    private static Problem notAnObject(Node node) {
        return new Problem(node.mark().toString(), "this is not an object of the cluster");
    }
}
