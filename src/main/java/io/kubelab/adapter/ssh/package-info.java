/** Connections over SSH (jsch) and to this machine. */
@NullMarked
package io.kubelab.adapter.ssh;

import org.jspecify.annotations.NullMarked;
