package io.kubelab.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The DHCP server of a LAN that an interface of this machine is on (dnsmasq). */
final class LanDhcp implements AutoCloseable {
    private final Process server;

    private LanDhcp(Process server) {
        this.server = server;
    }

    /**
     * @param network {@code 10.98.7}: it gives away .100 to .120, and the router is .1
     * @param leases file in which it remembers them
     */
    static LanDhcp start(String link, String network, Path leases) {
        return start(link, network, 100, 120, leases);
    }

    /**
     * @param first the last number of the first address that it gives away
     */
    static LanDhcp start(String link, String network, int first, int last, Path leases) {
        return start(
                link,
                network,
                first,
                last,
                leases,
                List.of("--no-hosts", "--no-resolv", "--port=0"));
    }

    /** One that, as a home's router does, also answers for names what this machine would. */
    static LanDhcp router(String link, String network, Path leases) {
        return start(link, network, 100, 120, leases, List.of("--except-interface=lo"));
    }

    private static LanDhcp start(
            String link, String network, int first, int last, Path leases, List<String> more) {
        var command =
                new ArrayList<>(
                        List.of(
                                "dnsmasq",
                                "--keep-in-foreground",
                                "--conf-file=/dev/null",
                                "--bind-interfaces",
                                "--pid-file",
                                "--interface=" + link,
                                "--dhcp-range=%1$s.%2$d,%1$s.%3$d,10m"
                                        .formatted(network, first, last),
                                "--dhcp-option=option:router,%s.1".formatted(network),
                                "--dhcp-leasefile=" + leases));
        command.addAll(more);
        try {
            return new LanDhcp(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.destroy();
        server.onExit().join();
    }
}
