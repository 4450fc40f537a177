package io.kubelab.settings;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.Optional;

/**
 * An IPv4 network: address and prefix length (RFC 4632).
 *
 * @param text the network's first address and its prefix: {@code 192.168.1.0/24}
 */
public record Cidr(String text) {
    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public Cidr {
        IPAddressString parsed = new IPAddressString(text);
        if (!parsed.isIPv4() || !parsed.isPrefixed()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a network such as 192.168.1.0/24");
        }
        String network =
                value(text).toPrefixBlock().getLower().withoutPrefixLength()
                        + "/"
                        + parsed.getNetworkPrefixLength();
        if (!network.equals(text)) {
            throw new IllegalArgumentException(
                    "'" + text + "' has host bits set, did you mean '" + network + "'?");
        }
    }

    /**
     * The network that an address with a prefix or a netmask is in, or of the address alone: {@code
     * 192.168.1.5/255.255.255.0} is in 192.168.1.0/24. Empty for what is none of these.
     */
    public static Optional<Cidr> around(String text) {
        IPAddressString parsed = new IPAddressString(text);
        if (!parsed.isIPv4() || !parsed.isValid()) {
            return Optional.empty();
        }
        IPAddress value = value(text);
        int prefix = parsed.isPrefixed() ? value.getNetworkPrefixLength() : value.getBitCount();
        return Optional.of(
                new Cidr(
                        value.toPrefixBlock(prefix).getLower().withoutPrefixLength()
                                + "/"
                                + prefix));
    }

    public int prefix() {
        return value(text).getNetworkPrefixLength();
    }

    /** Whether an address is the network's own or its broadcast address, which no host can have. */
    public boolean reserves(Address address) {
        return address.equals(address(0)) || address.equals(last());
    }

    public boolean contains(Address address) {
        return value(text).toPrefixBlock().contains(address.value());
    }

    public boolean overlaps(Cidr other) {
        IPAddress mine = value(text).toPrefixBlock();
        IPAddress theirs = value(other.text).toPrefixBlock();
        return mine.contains(theirs) || theirs.contains(mine);
    }

    /** The network's address number {@code index}; 0 is the network itself. */
    public Address address(long index) {
        return new Address(
                value(text)
                        .toPrefixBlock()
                        .getLower()
                        .withoutPrefixLength()
                        .increment(index)
                        .toString());
    }

    /** The broadcast address. */
    public Address last() {
        return new Address(value(text).toPrefixBlock().getUpper().withoutPrefixLength().toString());
    }

    private static IPAddress value(String text) {
        try {
            return new IPAddressString(text).toAddress();
        } catch (AddressStringException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
