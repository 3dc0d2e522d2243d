package dev.jackdaw.tracker;

/// An address family, and how the store lays its peers out.
enum Family {
    V4(1, 6),
    V6(3, 18);

    /// Words of 64 bits that a peer takes in [PeerWords].
    final int words;
    /// Bytes of the compact form (BEP 23, BEP 7).
    final int compactLength;

    Family(int words, int compactLength) {
        this.words = words;
        this.compactLength = compactLength;
    }

    static Family of(boolean v6) {
        return v6 ? V6 : V4;
    }
}
