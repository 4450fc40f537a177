@NullMarked
package io.kubelab.remote;

import org.jspecify.annotations.NullMarked;
