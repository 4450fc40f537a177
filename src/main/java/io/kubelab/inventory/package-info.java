/** What the lab consists of: hosts, groups and how they are reached. */
@NullMarked
package io.kubelab.inventory;

import org.jspecify.annotations.NullMarked;
