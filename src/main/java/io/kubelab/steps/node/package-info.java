/** What a machine needs to become a node. */
@NullMarked
package io.kubelab.steps.node;

import org.jspecify.annotations.NullMarked;
