/** Programs of the workstation that a person uses through kubelab. */
@NullMarked
package io.kubelab.adapter.program;

import org.jspecify.annotations.NullMarked;
