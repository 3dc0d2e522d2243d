package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.random.RandomGenerator;

/// Which addresses the DHT has to do with, and which ids belong to them (BEP 42).
///
/// @param allowLocal whether networks that are not the Internet count as well: tests, a DHT of one house
record AddressRules(boolean allowLocal) {
    /// CRC-32C of single bytes: a hash object for four bytes would cost more than the hash.
    private static final int[] CRC32C = new int[256];
    /// By the first byte of an IPv4 host: whether some of those hosts are local.
    private static final boolean[] HAS_LOCAL = new boolean[256];

    static {
        for (int first : new int[] {10, 100, 127, 169, 172, 192, 198, 203}) {
            HAS_LOCAL[first] = true;
        }
        for (int i = 0; i < 256; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
            }
            CRC32C[i] = crc;
        }
    }

    /// Whether a node or peer there may be stored, handed out and asked.
    boolean accepts(PeerAddress address) {
        return accepts(address.high(), address.low(), address.v6(), address.port());
    }

    /// @param high the host's high 64 bits, 0 for IPv4
    /// @param low  its low 64 bits, or all 32
    boolean accepts(long high, long low, boolean v6, int port) {
        if (port == 0) {
            return false;
        }
        return v6 ? acceptsV6(high, low) : acceptsV4((int) low);
    }

    private boolean acceptsV4(int host) {
        int first = host >>> 24;
        if (first == 0 || first >= 224) {
            return false; // this network; multicast, reserved and broadcast
        }
        return allowLocal || !isLocalV4(host);
    }

    /// RFC 1918, RFC 6598, loopback, link-local, and what is for documentation and benchmarks (RFC 5737, RFC
    /// 2544).
    private static boolean isLocalV4(int host) {
        if (!HAS_LOCAL[host >>> 24]) {
            return false; // nearly always: this is asked of each contact of each answer
        }
        return switch (host >>> 24) {
            case 10, 127 -> true;
            case 100 -> host >>> 22 == (100 << 2 | 1);
            case 169 -> host >>> 16 == (169 << 8 | 254);
            case 172 -> host >>> 20 == (172 << 4 | 1);
            case 192 -> host >>> 16 == (192 << 8 | 168) || host >>> 8 == 0xC00002 || host >>> 8 == 0xC00000;
            case 198 -> host >>> 17 == (198 << 7 | 9) || host >>> 8 == 0xC63364;
            case 203 -> host >>> 8 == 0xCB0071;
            default -> false;
        };
    }

    private boolean acceptsV6(long high, long low) {
        int first = (int) (high >>> 48);
        if (first >= 0xff00 || (high == 0 && low == 0)) {
            return false; // multicast, unspecified
        }
        if (high == 0 && low >>> 32 == 0xffffL) {
            return false; // IPv4 in disguise
        }
        return allowLocal || !isLocalV6(high, low);
    }

    private static boolean isLocalV6(long high, long low) {
        int first = (int) (high >>> 48);
        if ((first & 0xe000) != 0x2000) {
            return true; // not global unicast: loopback, link-local, unique local, NAT64 …
        }
        return high >>> 32 == 0x2001_0db8L // documentation
                || (first == 0x2002 && isLocalV4((int) (high >>> 16))); // 6to4
    }

    /// Whether the id is one that this address may have. Local addresses may have any (BEP 42, "Enforcement").
    ///
    /// @param idFirst the first 32 bits of the id
    /// @param idLast  the last
    static boolean isSecure(int idFirst, int idLast, long high, long low, boolean v6) {
        if (v6 ? isLocalV6(high, low) : isLocalV4((int) low)) {
            return true;
        }
        int hash = v6 ? hashV6(high, idLast) : hashV4((int) low, idLast);
        return ((idFirst ^ hash) & 0xffff_f800) == 0;
    }

    static boolean isSecure(NodeId id, PeerAddress address) {
        return isSecure(id.word(0), id.low(), address.high(), address.low(), address.v6());
    }

    /// An id for a node whose address is seen as this from outside.
    static NodeId secureId(PeerAddress external, RandomGenerator random) {
        NodeId free = NodeId.random(random);
        int hash = external.v6() ? hashV6(external.high(), free.low()) : hashV4((int) external.low(), free.low());
        long high = free.high() & 0x0000_07ff_ffff_ffffL | (hash & 0xffff_f800L) << 32;
        return new NodeId(high, free.middle(), free.low());
    }

    private static int hashV4(int host, int salt) {
        return crc(0, (host & 0x030f3fff) | (salt & 7) << 29, 4);
    }

    private static int hashV6(long high, int salt) {
        long masked = high & 0x0103070f1f3f7fffL | (long) (salt & 7) << 61;
        return crc((int) (masked >>> 32), (int) masked, 8);
    }

    /// Of the last `length` bytes of the two words.
    private static int crc(int first, int second, int length) {
        int crc = -1;
        for (int i = 8 - length; i < 8; i++) {
            int word = i < 4 ? first : second;
            int octet = word >>> (24 - 8 * (i & 3));
            crc = CRC32C[(crc ^ octet) & 0xff] ^ crc >>> 8;
        }
        return ~crc;
    }
}
