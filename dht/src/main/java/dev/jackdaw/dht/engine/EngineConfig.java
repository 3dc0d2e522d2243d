package dev.jackdaw.dht.engine;

/// What kind of node an engine is.
///
/// @param v4       whether it takes part in the DHT of IPv4
/// @param v6       whether it takes part in that of IPv6 (BEP 32)
/// @param allowLocal whether nodes and peers of local networks are stored, and one host may be many nodes
/// @param limited  whether sources have allowances, and our own queries are paced
/// @param readOnly whether it asks only, and does not answer (BEP 43)
/// @param alpha    candidates that a lookup asks at a time
public record EngineConfig(boolean v4, boolean v6, boolean allowLocal, boolean limited, boolean readOnly, int alpha) {
    /// Candidates asked at a time if nothing else is said.
    public static final int ALPHA = 4;

    public EngineConfig {
        if (!v4 && !v6) {
            throw new IllegalArgumentException("a node of no address family");
        }
        if (alpha < 1) {
            throw new IllegalArgumentException("alpha " + alpha);
        }
    }

    /// An ordinary node of IPv4.
    public static EngineConfig ordinary() {
        return new EngineConfig(true, false, false, true, false, ALPHA);
    }
}
