package io.kubelab.adapter.ssh;

import com.jcraft.jsch.Session;
import java.util.List;

/** A session of a person; what it leads through belongs to it. */
record SshLogin(Session session, List<AutoCloseable> through) implements AutoCloseable {
    @Override
    public void close() {
        session.disconnect();
        Closing.all(through);
    }
}
