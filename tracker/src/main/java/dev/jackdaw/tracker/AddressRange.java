package dev.jackdaw.tracker;

import java.net.InetAddress;

/// All addresses that begin alike, in CIDR notation: `192.0.2.0/24`, `2001:db8::/32`, or one address without a slash.
///
/// @param high   the first address's high 64 bits, 0 for IPv4
/// @param low    its low 64 bits, or all 32
/// @param v6     its family
/// @param prefix how many bits are alike: 0 … 32 or 128
public record AddressRange(long high, long low, boolean v6, int prefix) {
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    /// @throws IllegalArgumentException if the prefix is not one of the family, or bits after it are set
    public AddressRange {
        int bits = v6 ? V6_BITS : V4_BITS;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix of " + prefix + " bits, expected 0 to " + bits);
        }
        if ((high & ~highMask(v6, prefix)) != 0 || (low & ~lowMask(v6, prefix)) != 0) {
            throw new IllegalArgumentException("address with bits set after the first " + prefix);
        }
    }

    /// @throws IllegalArgumentException if the text is no range
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        Announcement source = new Announcement();
        source.source(address);
        boolean v6 = source.family == Family.V6;
        int prefix = slash < 0 ? (v6 ? V6_BITS : V4_BITS) : Integer.parseInt(text.substring(slash + 1));
        return new AddressRange(source.high, source.low, v6, prefix);
    }

    boolean contains(Family family, long otherHigh, long otherLow) {
        return (family == Family.V6) == v6
                && (otherHigh & highMask(v6, prefix)) == high
                && (otherLow & lowMask(v6, prefix)) == low;
    }

    private static long highMask(boolean v6, int prefix) {
        return v6 ? ones(Math.min(prefix, Long.SIZE)) : -1;
    }

    private static long lowMask(boolean v6, int prefix) {
        return v6 ? ones(Math.max(prefix - Long.SIZE, 0)) : ones(prefix + V4_BITS);
    }

    /// The highest `count` bits.
    private static long ones(int count) {
        return count == 0 ? 0 : -1L << Long.SIZE - count;
    }
}
