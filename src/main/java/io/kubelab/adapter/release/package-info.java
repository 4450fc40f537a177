/** Releases over HTTP, by the JDK alone. */
@NullMarked
package io.kubelab.adapter.release;

import org.jspecify.annotations.NullMarked;
