package io.kubelab.adapter.libvirt;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.libvirt.Library;
import org.libvirt.LibvirtException;

/**
 * Hears of domains that start and stop, on a connection of its own. libvirt's event loop is one for
 * the whole process and costs up to 300 ms at exit while it runs: it starts when first needed and
 * ends with {@link #close}.
 */
final class DomainEvents implements AutoCloseable {
    private final LibvirtConnection connection;
    private final Thread loop;
    private final Semaphore heard = new Semaphore(0);

    private DomainEvents(String uri) throws LibvirtException {
        Library.initEventLoop();
        connection = LibvirtConnection.open(uri);
        loop = Thread.ofPlatform().daemon().name("libvirt-events").start(DomainEvents::run);
        connection.addLifecycleListener((domain, _) -> {
            try {
                domain.free();
            } catch (LibvirtException _) {
                // its finaliser tries again
            }
            heard.release();
            return 0;
        });
    }

    static DomainEvents open(String uri) throws LibvirtException {
        return new DomainEvents(uri);
    }

    void await(Duration atMost) throws InterruptedException {
        if (heard.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            heard.drainPermits();
        }
    }

    private static void run() {
        try {
            Library.runEventLoop();
        } catch (LibvirtException | InterruptedException _) {
            // whoever awaits sees nothing more and looks again when its time is over
        }
    }

    @Override
    public void close() throws LibvirtException {
        connection.close();
        Library.stopEventLoop();
        try {
            loop.join(Duration.ofSeconds(1));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
