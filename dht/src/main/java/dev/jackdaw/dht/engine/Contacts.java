package dev.jackdaw.dht.engine;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.PeerAddress;
import java.util.Arrays;

/// Rows of contacts of one address family, in one array of ints: 32 bytes a row for IPv4, 44 for IPv6.
///
/// Routing tables and lookups are made of it. A node that knows 150 others is one array instead of 600 objects,
/// and eight contacts of a bucket are four cache lines; with 193,000 nodes in one process that decides what an
/// event costs.
///
/// A row is an id (5 words), port and marks (16 bits each), a stamp, and the host (1 or 4 words). What marks
/// and stamp mean is the owner's business.
final class Contacts {
    private static final int ID_WORDS = 5;
    private static final int PORT = 5;
    private static final int STAMP = 6;
    private static final int HOST = 7;
    private static final int V6_HOST_WORDS = 4;

    final boolean v6;
    private final int stride;
    private int[] words;

    Contacts(boolean v6, int rows) {
        this.v6 = v6;
        this.stride = HOST + (v6 ? V6_HOST_WORDS : 1);
        this.words = new int[rows * stride];
    }

    /// Of a contact in a message, in bytes: 26 or 38.
    int compactLength() {
        return compactLength(v6);
    }

    static int compactLength(boolean v6) {
        return NodeId.LENGTH + (v6 ? PeerAddress.COMPACT_V6_LENGTH : PeerAddress.COMPACT_V4_LENGTH);
    }

    int rows() {
        return words.length / stride;
    }

    void resize(int rows) {
        words = Arrays.copyOf(words, rows * stride);
    }

    void put(int row, NodeId id, PeerAddress address, int marks, int stamp) {
        int at = row * stride;
        for (int i = 0; i < ID_WORDS; i++) {
            words[at + i] = id.word(i);
        }
        words[at + PORT] = address.port() << 16 | marks;
        words[at + STAMP] = stamp;
        if (v6) {
            words[at + HOST] = (int) (address.high() >>> 32);
            words[at + HOST + 1] = (int) address.high();
            words[at + HOST + 2] = (int) (address.low() >>> 32);
            words[at + HOST + 3] = (int) address.low();
        } else {
            words[at + HOST] = (int) address.low();
        }
    }

    /// Reads a contact of a message: an id, a host and a port.
    void putCompact(int row, byte[] in, int from, int marks, int stamp) {
        int at = row * stride;
        for (int i = 0; i < ID_WORDS; i++) {
            words[at + i] = word(in, from + 4 * i);
        }
        int hostWords = stride - HOST;
        for (int i = 0; i < hostWords; i++) {
            words[at + HOST + i] = word(in, from + NodeId.LENGTH + 4 * i);
        }
        int portAt = from + NodeId.LENGTH + 4 * hostWords;
        words[at + PORT] = (in[portAt] & 0xff) << 24 | (in[portAt + 1] & 0xff) << 16 | marks;
        words[at + STAMP] = stamp;
    }

    private static int word(byte[] in, int at) {
        return in[at] << 24 | (in[at + 1] & 0xff) << 16 | (in[at + 2] & 0xff) << 8 | in[at + 3] & 0xff;
    }

    /// Writes a contact of a message.
    void writeCompact(int row, byte[] out, int to) {
        int at = row * stride;
        int target = to;
        for (int i = 0; i < ID_WORDS; i++, target += 4) {
            writeWord(words[at + i], out, target);
        }
        for (int i = HOST; i < stride; i++, target += 4) {
            writeWord(words[at + i], out, target);
        }
        out[target] = (byte) (words[at + PORT] >>> 24);
        out[target + 1] = (byte) (words[at + PORT] >>> 16);
    }

    private static void writeWord(int word, byte[] out, int at) {
        out[at] = (byte) (word >>> 24);
        out[at + 1] = (byte) (word >>> 16);
        out[at + 2] = (byte) (word >>> 8);
        out[at + 3] = (byte) word;
    }

    void copy(int from, int to, int count) {
        System.arraycopy(words, from * stride, words, to * stride, count * stride);
    }

    void copyFrom(Contacts other, int from, int to) {
        System.arraycopy(other.words, from * stride, words, to * stride, stride);
    }

    NodeId id(int row) {
        int at = row * stride;
        return new NodeId(pair(at), pair(at + 2), words[at + 4]);
    }

    PeerAddress address(int row) {
        int at = row * stride;
        int port = words[at + PORT] >>> 16;
        return v6
                ? new PeerAddress(pair(at + HOST), pair(at + HOST + 2), true, port)
                : new PeerAddress(0, words[at + HOST] & 0xffff_ffffL, false, port);
    }

    /// The high 64 bits of an IPv6 host, 0 for IPv4.
    long hostHigh(int row) {
        return v6 ? pair(row * stride + HOST) : 0;
    }

    /// The low 64 bits of an IPv6 host, or the 32 of an IPv4 one.
    long hostLow(int row) {
        int at = row * stride + HOST;
        return v6 ? pair(at + 2) : words[at] & 0xffff_ffffL;
    }

    private long pair(int at) {
        return (long) words[at] << 32 | words[at + 1] & 0xffff_ffffL;
    }

    int port(int row) {
        return words[row * stride + PORT] >>> 16;
    }

    int marks(int row) {
        return words[row * stride + PORT] & 0xffff;
    }

    void marks(int row, int marks) {
        int at = row * stride + PORT;
        words[at] = words[at] & 0xffff_0000 | marks;
    }

    int stamp(int row) {
        return words[row * stride + STAMP];
    }

    void stamp(int row, int stamp) {
        words[row * stride + STAMP] = stamp;
    }

    boolean hasId(int row, NodeId id) {
        int at = row * stride;
        return words[at + 1] == (int) id.high()
                && words[at] == (int) (id.high() >>> 32)
                && words[at + 2] == (int) (id.middle() >>> 32)
                && words[at + 3] == (int) id.middle()
                && words[at + 4] == id.low();
    }

    boolean sameId(int row, int other) {
        int a = row * stride;
        int b = other * stride;
        return Arrays.equals(words, a, a + ID_WORDS, words, b, b + ID_WORDS);
    }

    boolean hasHost(int row, PeerAddress address) {
        return v6
                ? hostLow(row) == address.low() && hostHigh(row) == address.high()
                : words[row * stride + HOST] == (int) address.low();
    }

    boolean sameHost(int row, int other) {
        int a = row * stride + HOST;
        int b = other * stride + HOST;
        if (words[a] != words[b]) {
            return false;
        }
        return !v6 || Arrays.equals(words, a, a + V6_HOST_WORDS, words, b, b + V6_HOST_WORDS);
    }

    /// Whether the contact's id is one that its address may have (BEP 42).
    boolean isSecure(int row) {
        int at = row * stride;
        return AddressRules.isSecure(words[at], words[at + ID_WORDS - 1], hostHigh(row), hostLow(row), v6);
    }

    boolean accepted(int row, AddressRules rules) {
        return rules.accepts(hostHigh(row), hostLow(row), v6, port(row));
    }

    boolean hasAddress(int row, PeerAddress address) {
        return port(row) == address.port() && hasHost(row, address);
    }

    /// Whether the hosts may well belong to one party: a /24 of IPv4, a /48 of IPv6.
    boolean samePrefix(int row, PeerAddress address) {
        return v6
                ? hostHigh(row) >>> 16 == address.high() >>> 16
                : words[row * stride + HOST] >>> 8 == (int) address.low() >>> 8;
    }

    int sharedPrefix(int row, NodeId id) {
        int at = row * stride;
        for (int i = 0; i < ID_WORDS; i++) {
            int difference = words[at + i] ^ id.word(i);
            if (difference != 0) {
                return 32 * i + Integer.numberOfLeadingZeros(difference);
            }
        }
        return NodeId.BITS;
    }

    /// Negative if `row` is closer to the target than `other`.
    int compareDistance(int row, int other, NodeId target) {
        int a = row * stride;
        int b = other * stride;
        for (int i = 0; i < ID_WORDS; i++) {
            if (words[a + i] != words[b + i]) {
                int word = target.word(i);
                return Integer.compareUnsigned(words[a + i] ^ word, words[b + i] ^ word);
            }
        }
        return 0;
    }
}
