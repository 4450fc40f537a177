package io.kubelab.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The tests of a story are its chapters: none is told after one that went wrong. */
final class Chapters implements BeforeEachCallback, AfterTestExecutionCallback {
    private boolean broken;

    @Override
    public void beforeEach(ExtensionContext context) {
        assertThat(broken).as("an earlier chapter failed").isFalse();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        broken |= context.getExecutionException().isPresent();
    }

    boolean broken() {
        return broken;
    }
}
