/** The port to a hypervisor. */
@NullMarked
package io.kubelab.machines;

import org.jspecify.annotations.NullMarked;
