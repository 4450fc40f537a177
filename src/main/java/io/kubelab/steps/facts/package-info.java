/** Facts that steps of more than one area ask for. */
@NullMarked
package io.kubelab.steps.facts;

import org.jspecify.annotations.NullMarked;
