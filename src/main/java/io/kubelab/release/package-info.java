/** The ports to what projects publish: files, container images, and the keys that sign. */
@NullMarked
package io.kubelab.release;

import org.jspecify.annotations.NullMarked;
