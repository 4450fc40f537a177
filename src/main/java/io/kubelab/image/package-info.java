/** The port to container images and registries. */
@NullMarked
package io.kubelab.image;

import org.jspecify.annotations.NullMarked;
