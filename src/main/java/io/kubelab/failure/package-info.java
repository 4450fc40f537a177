/** The closed set of ways in which a run can fail. */
@NullMarked
package io.kubelab.failure;

import org.jspecify.annotations.NullMarked;
