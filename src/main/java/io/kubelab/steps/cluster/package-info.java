/** The cluster that kubeadm makes. */
@NullMarked
package io.kubelab.steps.cluster;

import org.jspecify.annotations.NullMarked;
