package io.kubelab.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    private final Story story = new Story();

    @Test
    void eachEventIsAnObjectOnALine() {
        var json = new JsonLines(story.stream, () -> Instant.EPOCH);
        Story.run().forEach(json::report);
        List<String> lines = story.printed().lines().toList();
        assertThat(lines).hasSize(Story.run().size());
        assertThat(lines)
                .contains(
                        """
                        {"event":"run_started","at":"1970-01-01T00:00:00Z","playbook":"kube-install",\
                        "mode":"apply","hosts":["kube-master","node-1"]}\
                        """,
                        """
                        {"event":"step_done","at":"1970-01-01T00:00:00Z","play":"Control plane",\
                        "host":"kube-master","step":"containerd is configured","seconds":41.234,\
                        "outcome":"changed","changes":[{"kind":"put_file",\
                        "shown":"write /etc/secret (0600 root:root)"}]}\
                        """,
                        """
                        {"event":"step_done","at":"1970-01-01T00:00:00Z","play":"Workers join",\
                        "host":"node-1","step":"the node has joined","seconds":3.21,\
                        "outcome":"failed","failure":{"kind":"command_failed",\
                        "message":"node-1: 'kubeadm join' ended with status 1",\
                        "evidence":"[preflight] no\\nconnection refused",\
                        "remedy":"Look at the control plane."}}\
                        """,
                        """
                        {"event":"run_finished","at":"1970-01-01T00:00:00Z","playbook":"kube-install",\
                        "mode":"apply","ending":"failed","seconds":72.0,"hosts":{\
                        "kube-master":{"ok":4,"changed":1,"unreachable":0,"failed":0,"skipped":0,"round_trips":4},\
                        "node-1":{"ok":0,"changed":0,"unreachable":0,"failed":1,"skipped":2,"round_trips":0}}}\
                        """);
        assertThat(story.printed()).doesNotContain("hunter2");
    }
}
