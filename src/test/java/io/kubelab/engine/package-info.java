@NullMarked
package io.kubelab.engine;

import org.jspecify.annotations.NullMarked;
