package io.kubelab.step;

import io.kubelab.document.Documents;
import io.kubelab.inventory.Host;
import io.kubelab.machines.Discs;
import io.kubelab.render.Templates;
import io.kubelab.settings.Settings;
import java.util.List;

/**
 * What a step may see; nothing of it can change anything.
 *
 * @param host whom the step is about
 * @param place where its commands and files go: the host itself, or in a play with {@code on} the
 *     host named there, the machine's virthost if those are several
 * @param documents reads the objects of a manifest
 */
public record Target(
        Host host,
        Host place,
        Lab lab,
        Facts facts,
        Templates templates,
        Discs discs,
        Documents documents) {
    /** The settings that hold for {@link #host}. */
    public Settings settings() {
        return lab.settings(host);
    }

    public <T> List<T> askAll(List<? extends Fact<? extends T>> asked) {
        return facts.all(asked);
    }

    /**
     * Says that all these will be asked for one by one: they come in one round trip, and asking
     * costs nothing then.
     */
    public void askTogether(Fact<?>... asked) {
        facts.all(List.of(asked));
    }

    public <T> T ask(Fact<T> fact) {
        return facts.of(fact);
    }
}
