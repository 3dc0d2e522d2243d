package dev.jackdaw.tracker;

/// Which peers of a swarm: seeders or leechers, of one address family.
enum PeerKind {
    SEEDERS_V4(Family.V4),
    LEECHERS_V4(Family.V4),
    SEEDERS_V6(Family.V6),
    LEECHERS_V6(Family.V6);

    private static final PeerKind[] ALL = values();
    static final int COUNT = ALL.length;

    final Family family;

    PeerKind(Family family) {
        this.family = family;
    }

    static PeerKind of(int ordinal) {
        return ALL[ordinal];
    }

    static PeerKind of(Family family, boolean seeders) {
        return family == Family.V4 ? seeders ? SEEDERS_V4 : LEECHERS_V4 : seeders ? SEEDERS_V6 : LEECHERS_V6;
    }
}
