@NullMarked
package io.kubelab.adapter.ssh;

import org.jspecify.annotations.NullMarked;
