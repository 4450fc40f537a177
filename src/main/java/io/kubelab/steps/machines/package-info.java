/** The virthost and the machines on it. */
@NullMarked
package io.kubelab.steps.machines;

import org.jspecify.annotations.NullMarked;
