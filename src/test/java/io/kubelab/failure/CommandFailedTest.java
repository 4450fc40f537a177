package io.kubelab.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandFailedTest {
    private static CommandFailed failed(String output) {
        return new CommandFailed("kube-node-1", "crictl pull x", 1, output, "Ask the registry.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dd: error writing '/x': No space left on device",
                "write /var/lib/containerd/x: no space left on device\n"
            })
    void aFullFileSystemIsTheFirstThingToMend(String output) {
        assertThat(failed(output).remedy())
                .startsWith("A file system of kube-node-1 is full")
                .endsWith("Ask the registry.");
    }

    @Test
    void elseTheRemedyIsTheCommandsOwn() {
        assertThat(failed("connection refused").remedy()).isEqualTo("Ask the registry.");
    }
}
