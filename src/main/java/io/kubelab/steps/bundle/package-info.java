/** Artifacts, built from Go modules and distribution packages. */
@NullMarked
package io.kubelab.steps.bundle;

import org.jspecify.annotations.NullMarked;
