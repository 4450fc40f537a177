/** Programs of the workstation that a person uses through kubelab, and kubelab as one of them. */
@NullMarked
package io.kubelab.adapter.program;

import org.jspecify.annotations.NullMarked;
