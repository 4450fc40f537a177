/** YAML documents by SnakeYAML. */
@NullMarked
package io.kubelab.adapter.yaml;

import org.jspecify.annotations.NullMarked;
