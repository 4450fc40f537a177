/** The port to what projects publish: files and container images. */
@NullMarked
package io.kubelab.release;

import org.jspecify.annotations.NullMarked;
