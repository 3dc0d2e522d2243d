package dev.jackdaw.tracker;

/// Which peers of a swarm, of one address family.
enum PeerKind {
    SEEDERS_V4(Family.V4, 0),
    LEECHERS_V4(Family.V4, 6),
    /// Incomplete, and not downloading (BEP 21).
    PARTIAL_SEEDS_V4(Family.V4, 12),
    SEEDERS_V6(Family.V6, 18),
    LEECHERS_V6(Family.V6, 23),
    PARTIAL_SEEDS_V6(Family.V6, 28);

    private static final PeerKind[] ALL = values();
    private static final PeerKind[] V4 = {SEEDERS_V4, LEECHERS_V4, PARTIAL_SEEDS_V4};
    private static final PeerKind[] V6 = {SEEDERS_V6, LEECHERS_V6, PARTIAL_SEEDS_V6};
    static final int COUNT = ALL.length;

    final Family family;
    /// Where in the first word of a [SwarmBlock] it has its bits.
    final int shift;
    /// The bits: 5 or 6 ones.
    final int mask;

    PeerKind(Family family, int shift) {
        this.family = family;
        this.shift = shift;
        this.mask = family == Family.V4 ? 0x3f : 0x1f;
    }

    static PeerKind of(int ordinal) {
        return ALL[ordinal];
    }

    /// Those of a family, not to be changed: a method that allocates nothing has no other way to give them.
    static PeerKind[] of(Family family) {
        return family == Family.V4 ? V4 : V6;
    }

    /// What a peer is.
    static PeerKind of(Announcement peer) {
        return peer.isSeed()
                ? seeders(peer.family)
                : peer.isPartialSeed() ? partialSeeds(peer.family) : leechers(peer.family);
    }

    static PeerKind seeders(Family family) {
        return family == Family.V4 ? SEEDERS_V4 : SEEDERS_V6;
    }

    static PeerKind leechers(Family family) {
        return family == Family.V4 ? LEECHERS_V4 : LEECHERS_V6;
    }

    static PeerKind partialSeeds(Family family) {
        return family == Family.V4 ? PARTIAL_SEEDS_V4 : PARTIAL_SEEDS_V6;
    }
}
