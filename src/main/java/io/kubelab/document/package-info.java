/** A tree of YAML or JSON values that remember where they were written. */
@NullMarked
package io.kubelab.document;

import org.jspecify.annotations.NullMarked;
