/** The terminal: the only place that prints. */
@NullMarked
package io.kubelab.adapter.console;

import org.jspecify.annotations.NullMarked;
