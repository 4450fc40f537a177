/** Runs plays: one loop of diff, apply, diff. */
@NullMarked
package io.kubelab.engine;

import org.jspecify.annotations.NullMarked;
