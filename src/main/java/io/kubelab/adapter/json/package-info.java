/** JSON that programs wrote. */
@NullMarked
package io.kubelab.adapter.json;

import org.jspecify.annotations.NullMarked;
