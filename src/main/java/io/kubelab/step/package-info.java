/** The contract of a step: what is missing, said as data. */
@NullMarked
package io.kubelab.step;

import org.jspecify.annotations.NullMarked;
