/** The steps, by area; each area lists its own. */
@NullMarked
package io.kubelab.steps;

import org.jspecify.annotations.NullMarked;
