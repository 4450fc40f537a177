/** Reads a lab from files: inventory, settings, what was remembered of earlier runs. */
@NullMarked
package io.kubelab.lab;

import org.jspecify.annotations.NullMarked;
