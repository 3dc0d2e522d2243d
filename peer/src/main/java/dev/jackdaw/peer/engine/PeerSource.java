package dev.jackdaw.peer.engine;

/// Who told us of an address; decides how far it is trusted.
public enum PeerSource {
    /// The user named it: any host is fine.
    USER,
    TRACKER,
    DHT,
    /// BEP 11.
    PEX,
    /// BEP 14.
    LOCAL_DISCOVERY,
    /// A relaying peer says that it dials us now, over uTP (BEP 55).
    HOLEPUNCH,
    /// It connected to us.
    INCOMING,
    /// Saved from an earlier run.
    RESUME;

    /// More than that of sources that are trusted less.
    int trust() {
        return switch (this) {
            case PEX, HOLEPUNCH -> 0;
            case DHT -> 1;
            case INCOMING -> 2;
            case RESUME -> 3;
            case TRACKER -> 4;
            case LOCAL_DISCOVERY -> 5;
            case USER -> 6;
        };
    }
}
