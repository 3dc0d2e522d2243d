package dev.jackdaw.protocol.wire;

/// The 64 reserved bits of the handshake and what they promise (BEP 3, 5, 6, 10, 52), as one big-endian word.
public record ReservedBits(long word) {
    private static final long DHT = 1L;
    private static final long FAST = 1L << 2;
    private static final long V2 = 1L << 4;
    private static final long EXTENSIONS = 1L << 20;

    /// What Jackdaw promises.
    ///
    /// @param dht whether our DHT node runs
    public static ReservedBits ours(boolean dht) {
        return new ReservedBits(EXTENSIONS | FAST | (dht ? DHT : 0));
    }

    /// BEP 5.
    public boolean dht() {
        return (word & DHT) != 0;
    }

    /// BEP 6.
    public boolean fast() {
        return (word & FAST) != 0;
    }

    /// BEP 10.
    public boolean extensions() {
        return (word & EXTENSIONS) != 0;
    }

    /// BEP 52.
    public boolean v2() {
        return (word & V2) != 0;
    }
}
