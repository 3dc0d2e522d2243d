package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.NodeId;
import dev.jackdaw.dht.engine.SearchListener;
import dev.jackdaw.dht.engine.SearchReport;
import dev.jackdaw.dht.engine.SearchRequest;
import dev.jackdaw.dht.krpc.KrpcMessage.Peers;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A search whose course is watched: who answered it, against who should have.
final class Probe implements SearchListener {
    /// Nodes at which something is stored.
    static final int K = 8;
    /// Of the torrents that are announced.
    private static final int ANNOUNCED_PORT = 7_001;

    /// What a probe is for.
    enum Purpose {
        LOOKUP,
        /// Begun by the node [beside the target][Neighbourhoods#beside].
        LOOKUP_FROM_BESIDE,
        ANNOUNCE,
        GET_PEERS
    }

    final Purpose purpose;
    final long atNanos;
    /// The node has left in the middle of it, or nobody was free to begin it.
    boolean isVoid;

    private final NodeId target;
    /// The one that announced what this one looks for.
    private final @Nullable Probe announcer;

    private @Nullable NodeContact asker;
    private int[] answered = new int[16];
    private int answers;
    private boolean isConcluded;
    private boolean foundNearest;
    private int foundOfNearest;
    private int nearest;
    private boolean foundPeer;
    private @Nullable SearchReport report;

    private Probe(Purpose purpose, NodeId target, @Nullable Probe announcer, long atNanos) {
        this.purpose = purpose;
        this.target = target;
        this.announcer = announcer;
        this.atNanos = atNanos;
    }

    static Probe lookup(NodeId target, long atNanos) {
        return new Probe(Purpose.LOOKUP, target, null, atNanos);
    }

    static Probe lookupFromBeside(NodeId target, long atNanos) {
        return new Probe(Purpose.LOOKUP_FROM_BESIDE, target, null, atNanos);
    }

    static Probe announce(NodeId target, long atNanos) {
        return new Probe(Purpose.ANNOUNCE, target, null, atNanos);
    }

    static Probe getPeers(Probe announcer, long atNanos) {
        return new Probe(Purpose.GET_PEERS, announcer.target, announcer, atNanos);
    }

    NodeId target() {
        return target;
    }

    SearchRequest request() {
        return switch (purpose) {
            case LOOKUP, LOOKUP_FROM_BESIDE -> new SearchRequest.FindNode(target);
            case ANNOUNCE ->
                new SearchRequest.FindPeers(
                        target,
                        Optional.of(new SearchRequest.Announcement(ANNOUNCED_PORT, false, false)),
                        false,
                        false);
            case GET_PEERS -> new SearchRequest.FindPeers(target, Optional.empty(), false, false);
        };
    }

    void begin(NodeContact by) {
        asker = by;
    }

    /// A node has answered, perhaps to something else.
    void heard(int number) {
        if (answers == answered.length) {
            answered = Arrays.copyOf(answered, 2 * answers);
        }
        answered[answers++] = number;
    }

    @Override
    public void peersFound(NodeContact from, Peers peers) {
        NodeContact other = announcer == null ? null : announcer.asker;
        if (other == null) {
            return;
        }
        byte[] expected = other.address().withPort(ANNOUNCED_PORT).toCompact();
        for (int at = 0; at < peers.v4().length; at += expected.length) {
            foundPeer |= Arrays.equals(peers.v4(), at, at + expected.length, expected, 0, expected.length);
        }
    }

    @Override
    public void finished(SearchReport result) {
        report = result;
    }

    boolean isFinished() {
        return report != null;
    }

    /// Compares those that answered with those that should have.
    ///
    /// @param expected numbers of the nodes nearest to the target, the nearest first
    void conclude(int[] expected) {
        isConcluded = true;
        nearest = expected.length;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < answers; j++) {
                if (answered[j] == expected[i]) {
                    foundNearest |= i == 0;
                    foundOfNearest++;
                    break;
                }
            }
        }
    }

    boolean isOver() {
        return isVoid || isConcluded;
    }

    /// Whether the node nearest to the target has answered.
    boolean foundNearest() {
        return foundNearest;
    }

    /// The share of the eight nearest that have answered.
    double shareFound() {
        return nearest == 0 ? 0 : (double) foundOfNearest / nearest;
    }

    /// Whether the peer that announced itself was named.
    boolean foundPeer() {
        return foundPeer;
    }

    /// Of one that is over and not void.
    SearchReport report() {
        SearchReport result = report;
        if (result == null) {
            throw new IllegalStateException("a search that has not ended");
        }
        return result;
    }
}
