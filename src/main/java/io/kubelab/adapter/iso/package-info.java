/** Images of discs by java-iso-tools. */
@NullMarked
package io.kubelab.adapter.iso;

import org.jspecify.annotations.NullMarked;
