package io.kubelab.settings;

/** Addresses that follow each other, both ends included. */
public record AddressRange(Address first, Address last) {
    /**
     * @param text {@code 192.168.1.210-192.168.1.216}
     * @throws IllegalArgumentException with a sentence for the user
     */
    public static AddressRange of(String text) {
        String[] ends = text.split("-", 2);
        if (ends.length != 2) {
            throw new IllegalArgumentException(
                    "'%s' is not a range of addresses such as 192.168.1.210-192.168.1.216"
                            .formatted(text));
        }
        var range = new AddressRange(new Address(ends[0].strip()), new Address(ends[1].strip()));
        if (range.first().compareTo(range.last()) > 0) {
            throw new IllegalArgumentException(
                    "the range '%s' ends before it starts".formatted(text));
        }
        return range;
    }

    /** How many they are. */
    public long size() {
        return last.minus(first) + 1;
    }

    public boolean contains(Address address) {
        return address.compareTo(first) >= 0 && address.compareTo(last) <= 0;
    }

    public boolean overlaps(AddressRange other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
