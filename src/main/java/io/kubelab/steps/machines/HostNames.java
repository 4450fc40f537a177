package io.kubelab.steps.machines;

import io.kubelab.machines.AddressPlan;
import io.kubelab.step.Target;
import java.util.List;

/**
 * Whom a machine knows by name: what templates/node/hosts sees.
 *
 * @param apiServer what the machine calls the cluster's API servers
 * @param apiServers addresses of these
 */
record HostNames(AddressPlan plan, String apiServer, List<String> apiServers) {
    static HostNames of(Target target) {
        AddressPlan plan = AddressPlan.of(target.lab().tag(), target.settings());
        return new HostNames(
                plan,
                AddressPlan.API_SERVER,
                plan.apiServers(target.settings(), target.host().name()));
    }
}
