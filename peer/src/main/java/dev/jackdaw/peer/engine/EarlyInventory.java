package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.BitSet;

/// What a peer has said of its pieces before their number is known, to be taken at its word later.
final class EarlyInventory {
    /// A piece index beyond this ends the connection; its bits are at most 256 KiB of memory.
    static final int MAX_PIECES = 1 << 21;

    private PeerMessage first = new PeerMessage.HaveNone();
    private final BitSet haves = new BitSet();

    /// HaveAll, HaveNone or a bitfield, whose size the decoder bounds. A later one counts instead, except that nothing
    /// is more than all.
    void inventory(PeerMessage message) {
        if (!(first instanceof PeerMessage.HaveAll)) {
            first = message;
        }
    }

    void have(int piece) throws Offence {
        check(piece);
        haves.set(piece);
    }

    void dontHave(int piece) throws Offence {
        check(piece);
        haves.clear(piece);
    }

    private static void check(int piece) throws Offence {
        if (piece < 0 || piece >= MAX_PIECES) {
            throw new Offence("piece " + piece + ", expected less than " + MAX_PIECES);
        }
    }

    /// Tells all of it.
    void replay(PeerLink link, Interest interest, long nowNanos) throws Offence {
        interest.onInventory(link, first, nowNanos);
        for (int piece = haves.nextSetBit(0); piece >= 0; piece = haves.nextSetBit(piece + 1)) {
            interest.onHave(link, piece, nowNanos);
        }
    }
}
