/**
 * Stories told to the program as a user tells them, on a virthost made of namespaces and on this
 * very machine. They need root.
 */
@NullMarked
package io.kubelab.e2e;

import org.jspecify.annotations.NullMarked;
