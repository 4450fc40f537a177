/** The port to a Kubernetes API server. */
@NullMarked
package io.kubelab.cluster;

import org.jspecify.annotations.NullMarked;
