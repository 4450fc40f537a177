package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.remote.Content;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Interfaces, IPv4 addresses and routes of a network namespace (ip(8)).
 *
 * @param process whose namespace it is, by its id on the host; empty: the login shell's
 */
public record NetworkState(String process) implements Fact.OfHost<NetworkState.Found> {
    /** One process answers all three. */
    private static final Content QUESTIONS =
            new Content.Text(
                    """
                    link show
                    address show
                    route show
                    """);

    private static final Pattern LINK =
            Pattern.compile("(\\d+): ([^:@ ]+)(?:@if(\\d+)|@\\S+)?: <([^>]*)>(?: mtu (\\d+))?.*");
    private static final Pattern MASTER = Pattern.compile(" master (\\S+)");
    private static final Pattern MAC = Pattern.compile(" link/ether (\\S+)");
    private static final Pattern ADDRESS = Pattern.compile("\\d+: (\\S+) +inet (\\S+).*");

    public static NetworkState ofHost() {
        return new NetworkState("");
    }

    /**
     * @param index its number
     * @param peer number of the other end of a pair, in the other's namespace; 0: it has none
     * @param master the bridge that it belongs to; empty: none
     * @param mac in lower-case hex, colon separated; empty: it has none
     * @param mtu the largest packet that it sends, in bytes; 0: it was not told
     */
    public record Link(
            int index, String name, boolean up, int peer, String master, String mac, int mtu) {}

    /**
     * @param address with its prefix: 192.168.1.2/24
     */
    public record Address(String link, String address) {}

    /**
     * @param routes in ip's own words
     */
    public record Found(List<Link> links, List<Address> addresses, List<String> routes) {
        public Optional<Link> link(String name) {
            return links.stream().filter(l -> l.name().equals(name)).findFirst();
        }

        public Optional<Link> link(int index) {
            return links.stream().filter(l -> l.index() == index).findFirst();
        }

        public Optional<Link> linkWithMac(String mac) {
            return links.stream().filter(l -> l.mac().equals(mac)).findFirst();
        }

        /**
         * Whether packets go this way.
         *
         * @param route as ip(8) takes it: "default via 192.168.1.1 dev eth0"
         */
        public boolean hasRoute(String route) {
            return routes.stream().anyMatch(r -> (r + " ").startsWith(route + " "));
        }
    }

    /** The same program in that namespace. */
    public Command ip(String... arguments) {
        var argv = new ArrayList<String>();
        if (!process.isEmpty()) {
            argv.addAll(List.of("nsenter", "--net=/proc/%s/ns/net".formatted(process)));
        }
        argv.add("ip");
        argv.addAll(List.of(arguments));
        return Command.of(argv);
    }

    @Override
    public Command command() {
        return ip("-o", "-4", "-batch", "-").withInput(QUESTIONS);
    }

    @Override
    public Found parse(CommandResult result) {
        var links = new ArrayList<Link>();
        var addresses = new ArrayList<Address>();
        var routes = new ArrayList<String>();
        for (String line : result.out().lines().toList()) {
            Matcher link = LINK.matcher(line);
            Matcher address = ADDRESS.matcher(line);
            if (link.matches()) {
                Matcher master = MASTER.matcher(line);
                Matcher mac = MAC.matcher(line);
                links.add(
                        new Link(
                                Integer.parseInt(link.group(1)),
                                link.group(2),
                                List.of(link.group(4).split(",", -1)).contains("UP"),
                                link.group(3) == null ? 0 : Integer.parseInt(link.group(3)),
                                master.find() ? master.group(1) : "",
                                mac.find() ? mac.group(1) : "",
                                link.group(5) == null ? 0 : Integer.parseInt(link.group(5))));
            } else if (address.matches()) {
                addresses.add(new Address(address.group(1), address.group(2)));
            } else {
                routes.add(line.strip());
            }
        }
        return new Found(List.copyOf(links), List.copyOf(addresses), List.copyOf(routes));
    }
}
