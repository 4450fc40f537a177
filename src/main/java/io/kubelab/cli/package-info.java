/** Commands, exit codes and the composition root: the only place that makes adapters. */
@NullMarked
package io.kubelab.cli;

import org.jspecify.annotations.NullMarked;
