/** The port to templates. */
@NullMarked
package io.kubelab.render;

import org.jspecify.annotations.NullMarked;
