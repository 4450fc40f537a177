/**
 * Step cases: arguments and facts in a file, what the step answers beside them. The format is told
 * in {@code src/test/resources/cases/README.md}.
 */
@NullMarked
package io.kubelab.cases;

import org.jspecify.annotations.NullMarked;
