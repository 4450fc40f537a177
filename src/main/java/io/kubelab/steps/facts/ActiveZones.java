package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.settings.Address;
import io.kubelab.settings.Cidr;
import io.kubelab.step.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The zones of firewalld that somebody has put interfaces or sources into (firewall-cmd(1)). */
public record ActiveZones() implements Fact.OfHost<ActiveZones.Found> {
    /**
     * @param zones by name, which is the order that firewalld looks them through in
     */
    public record Found(List<Zone> zones) {
        public Found {
            zones = List.copyOf(zones);
        }

        /** The zone that an interface has been put into. */
        public Optional<FirewalldZone> ofInterface(String name) {
            return first(zone -> zone.interfaces().stream().anyMatch(i -> names(i, name)));
        }

        /** The zone of what comes from an address by an interface: sources are looked at first. */
        public Optional<FirewalldZone> ofPacket(Address source, String device) {
            return first(zone -> zone.sources().stream().anyMatch(s -> s.contains(source)))
                    .or(() -> ofInterface(device));
        }

        private static boolean names(String pattern, String device) {
            return pattern.endsWith("+")
                    ? device.startsWith(pattern.substring(0, pattern.length() - 1))
                    : device.equals(pattern);
        }

        private Optional<FirewalldZone> first(Predicate<Zone> condition) {
            return zones.stream()
                    .filter(condition)
                    .map(zone -> new FirewalldZone(zone.name()))
                    .findFirst();
        }
    }

    /**
     * @param interfaces names; with a '+' at the end, all that begin so
     * @param sources IPv4 networks; sets of addresses and MAC addresses are left out
     */
    public record Zone(String name, List<String> interfaces, List<Cidr> sources) {
        public Zone {
            interfaces = List.copyOf(interfaces);
            sources = List.copyOf(sources);
        }
    }

    @Override
    public Command command() {
        return Command.of("firewall-cmd", "--get-active-zones");
    }

    @Override
    public Found parse(CommandResult result) {
        // public (default)
        //   interfaces: eth0 eth1
        //   sources: 10.0.0.0/8 ipset:friends
        var zones = new ArrayList<Zone>();
        for (String line : result.out().lines().toList()) {
            String[] words = line.strip().split("[ :]+", 2);
            if (!line.startsWith(" ")) {
                zones.add(new Zone(words[0], List.of(), List.of()));
            } else if (words.length > 1 && !zones.isEmpty()) {
                Zone zone = zones.removeLast();
                List<String> values = List.of(words[1].split(" +", -1));
                zones.add(
                        words[0].equals("interfaces")
                                ? new Zone(zone.name(), values, zone.sources())
                                : words[0].equals("sources")
                                        ? new Zone(zone.name(), zone.interfaces(), networks(values))
                                        : zone);
            }
        }
        return new Found(zones);
    }

    private static List<Cidr> networks(List<String> sources) {
        return sources.stream().flatMap(s -> Cidr.around(s).stream()).toList();
    }
}
