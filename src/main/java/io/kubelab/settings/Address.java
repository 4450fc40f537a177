package io.kubelab.settings;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;

/** An IPv4 address in dotted form. */
public record Address(String text) implements Comparable<Address> {
    /**
     * @throws IllegalArgumentException with a sentence for the user
     */
    public Address {
        IPAddressString parsed = new IPAddressString(text);
        if (text.contains("/")
                || !parsed.isIPv4()
                || parsed.isPrefixed()
                || text.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an IPv4 address such as 192.168.1.1");
        }
    }

    /** The address {@code count} further on. */
    public Address plus(long count) {
        return new Address(value().increment(count).toString());
    }

    /** How far on it is from another. */
    public long minus(Address other) {
        return value().getValue().subtract(other.value().getValue()).longValueExact();
    }

    IPAddress value() {
        try {
            return new IPAddressString(text).toAddress();
        } catch (AddressStringException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public int compareTo(Address other) {
        return value().compareTo(other.value());
    }

    @Override
    public String toString() {
        return text;
    }
}
