package io.kubelab.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {
    @Test
    void callsBackInsteadOfTheDefault() throws IOException, InterruptedException {
        var heard = new CountDownLatch(1);
        Signals.on("WINCH", heard::countDown);
        String me = String.valueOf(ProcessHandle.current().pid());
        assertThat(new ProcessBuilder("kill", "-WINCH", me).start().waitFor()).isZero();
        assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
