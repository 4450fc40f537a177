/**
 * Typed settings, one record per topic; their defaults live in inventory/group_vars/all.yml only.
 */
@NullMarked
package io.kubelab.settings;

import org.jspecify.annotations.NullMarked;
