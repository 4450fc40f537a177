/** OpenPGP keys by Bouncy Castle. */
@NullMarked
package io.kubelab.adapter.openpgp;

import org.jspecify.annotations.NullMarked;
