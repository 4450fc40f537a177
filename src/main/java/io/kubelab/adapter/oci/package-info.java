/** Images and registries by the ORAS SDK. */
@NullMarked
package io.kubelab.adapter.oci;

import org.jspecify.annotations.NullMarked;
