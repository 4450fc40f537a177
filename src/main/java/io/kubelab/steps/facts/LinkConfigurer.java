package io.kubelab.steps.facts;

import io.kubelab.remote.Command;
import io.kubelab.remote.CommandResult;
import io.kubelab.step.Fact;
import java.util.Map;
import java.util.Optional;

/**
 * What configures a network interface of a host, as each that may do so says itself; empty: none of
 * them.
 *
 * @param link name of the interface
 */
public record LinkConfigurer(String link) implements Fact.OfHost<Optional<LinkConfigurer.Name>> {
    /** Those that kubelab knows how to speak to. */
    public enum Name {
        NETWORK_MANAGER("NetworkManager"),
        /** systemd-networkd, whether its files were written by people or by netplan. */
        NETWORKD("networkd"),
        IFUPDOWN("ifupdown");

        private final String text;

        Name(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Override
    public Command command() {
        return Command.of("nmcli", "-g", "GENERAL.STATE", "device", "show", link)
                .regardless()
                .then(
                        Command.of("networkctl", "--no-pager", "--no-legend", "list", link)
                                .regardless())
                .then(Command.of("ifquery", "--state", link).regardless())
                .withEnvironment(Map.of("LC_ALL", "C"));
    }

    @Override
    public Optional<Name> parse(CommandResult result) {
        return result.out().lines().map(this::name).flatMap(Optional::stream).findFirst();
    }

    /** "100 (connected)", "2 eth0 ether routable configured" and "eth0=eth0". */
    private Optional<Name> name(String line) {
        if (line.startsWith("100 (") && !line.contains("externally")) {
            return Optional.of(Name.NETWORK_MANAGER);
        }
        if (line.strip().matches("\\d+ +\\S+ +.* (configured|configuring)")) {
            return Optional.of(Name.NETWORKD);
        }
        return line.startsWith(link + "=") ? Optional.of(Name.IFUPDOWN) : Optional.empty();
    }
}
