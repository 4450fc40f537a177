/**
 * A modelled world: hosts, a hypervisor, a cluster and a registry that change only by modelled
 * effects. What is not modelled fails.
 */
@NullMarked
package io.kubelab.world;

import org.jspecify.annotations.NullMarked;
