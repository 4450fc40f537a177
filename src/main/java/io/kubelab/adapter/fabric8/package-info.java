/** Clusters by the fabric8 client. */
@NullMarked
package io.kubelab.adapter.fabric8;

import org.jspecify.annotations.NullMarked;
