/** Plays as data: what happens, to whom, in which order. */
@NullMarked
package io.kubelab.playbook;

import org.jspecify.annotations.NullMarked;
