/** Templates by FreeMarker. */
@NullMarked
package io.kubelab.adapter.freemarker;

import org.jspecify.annotations.NullMarked;
