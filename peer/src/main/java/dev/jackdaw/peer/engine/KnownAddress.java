package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;

/// An address that a [PeerPool] knows: who told of it, what becomes of it, and how it has done so far.
final class KnownAddress {
    enum State {
        IDLE,
        CONNECTING,
        /// A peer that dialled us says that it listens there.
        CLAIMED,
        CONNECTED
    }

    final PeerAddress address;
    /// How many [PeerPool#TURN]s came before it in the answer that told of it.
    final int turn;
    /// The most trusted of those who told of it.
    PeerSource source;
    /// Its canonical priority (BEP 40), or a random number; 32 bits, the highest is the best.
    long priority;

    State state = State.IDLE;
    /// Whether the peer there has everything.
    boolean seed;
    /// In a row.
    int failures;
    /// Until when it rests.
    long readyAtNanos = Long.MIN_VALUE;

    long connectedAtNanos;

    KnownAddress(PeerAddress address, int turn, PeerSource source) {
        this.address = address;
        this.turn = turn;
        this.source = source;
    }

    /// Whether this one is rather to be forgotten than another.
    boolean isWorseThan(KnownAddress other) {
        if (failures != other.failures) {
            return failures > other.failures;
        }
        if (source.trust() != other.source.trust()) {
            return source.trust() < other.source.trust();
        }
        if (turn != other.turn) {
            return turn > other.turn;
        }
        return priority != other.priority ? priority < other.priority : compareAddress(other) > 0;
    }

    /// An order that says nothing, where one must be.
    int compareAddress(KnownAddress other) {
        int byHigh = Long.compareUnsigned(address.high(), other.address.high());
        if (byHigh != 0) {
            return byHigh;
        }
        int byLow = Long.compareUnsigned(address.low(), other.address.low());
        return byLow != 0 ? byLow : Integer.compare(address.port(), other.address.port());
    }
}
