/** Machines by libvirt-java. */
@NullMarked
package io.kubelab.adapter.libvirt;

import org.jspecify.annotations.NullMarked;
