/** The steps that let a user add plays without recompiling. */
@NullMarked
package io.kubelab.steps.general;

import org.jspecify.annotations.NullMarked;
