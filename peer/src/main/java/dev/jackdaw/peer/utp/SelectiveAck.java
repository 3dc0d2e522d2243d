package dev.jackdaw.peer.utp;

import java.util.BitSet;

/// Which packets have come out of order (BEP 29 "Selective ACK"): index 0 is the packet two after the acknowledged one,
/// since the one between is missing.
///
/// @param received its length is that of the highest packet received
record SelectiveAck(BitSet received) {
    static final SelectiveAck NONE = new SelectiveAck(new BitSet());
    /// What one byte of length, in words of 32 bits, can say: packets further ahead are acknowledged later.
    static final int MAX_BITS = 252 * 8;

    boolean isEmpty() {
        return received.isEmpty();
    }

    /// Bytes of the extension's body.
    int encodedLength() {
        return Math.ceilDiv(received.length(), 32) * 4;
    }
}
