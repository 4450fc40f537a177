/** Commands and the connections that run them. */
@NullMarked
package io.kubelab.remote;

import org.jspecify.annotations.NullMarked;
