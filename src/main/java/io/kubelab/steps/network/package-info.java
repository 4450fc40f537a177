/** Pod networks and network attachments. */
@NullMarked
package io.kubelab.steps.network;

import org.jspecify.annotations.NullMarked;
