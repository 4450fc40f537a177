@NullMarked
package io.kubelab.adapter.release;

import org.jspecify.annotations.NullMarked;
