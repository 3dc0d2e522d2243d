package dev.jackdaw.tracker;

import dev.jackdaw.protocol.tracker.AnnounceEvent;
import java.nio.ByteBuffer;

/// What one tracker tells the others about a swarm, as bytes.
///
/// `flags(1) infoHash(20)`, and for a peer `port(2) address(4 or 16)`, and `completed(4)` if a download was
/// finished, which is the swarm's count as the sender has it.
final class SwarmChange {
    /// The longest one.
    static final int MAX_LENGTH = 1 + 20 + 2 + 16 + 4;

    private static final int STOPPED = 1;
    private static final int SEED = 2;
    private static final int V6 = 4;
    private static final int COMPLETED = 8;
    private static final int SWARM_REMOVED = 16;
    private static final int PARTIAL_SEED = 32;

    private SwarmChange() {}

    /// Appends an announce that a store has answered.
    static void write(Announcement announced, ByteBuffer out) {
        boolean stopped = announced.event == AnnounceEvent.STOPPED;
        boolean completed = announced.event == AnnounceEvent.COMPLETED && announced.completed > 0;
        boolean v6 = announced.family == Family.V6;
        out.put((byte) ((stopped ? STOPPED : 0)
                | (announced.isSeed() ? SEED : 0)
                | (announced.isPartialSeed() ? PARTIAL_SEED : 0)
                | (v6 ? V6 : 0)
                | (completed ? COMPLETED : 0)));
        writeHash(announced, out);
        out.putShort((short) announced.port);
        if (v6) {
            out.putLong(announced.high).putLong(announced.low);
        } else {
            out.putInt((int) announced.low);
        }
        if (completed) {
            out.putInt(announced.completed);
        }
    }

    /// Appends that the swarm which `named` names is to be forgotten.
    static void writeRemoval(Announcement named, ByteBuffer out) {
        out.put((byte) SWARM_REMOVED);
        writeHash(named, out);
    }

    private static void writeHash(Announcement named, ByteBuffer out) {
        out.putLong(named.hashHigh).putLong(named.hashMiddle).putInt(named.hashLow);
    }

    /// Takes the next change from `in` into `peer`: an announce for a store, whose `completed` is the sender's
    /// count or 0.
    ///
    /// @return whether it is one; else the swarm that `peer` names is to be forgotten
    /// @throws java.nio.BufferUnderflowException if there is no whole change
    static boolean read(ByteBuffer in, Announcement peer) {
        int flags = in.get();
        peer.infoHash(in.getLong(), in.getLong(), in.getInt());
        peer.completed = 0;
        if ((flags & SWARM_REMOVED) != 0) {
            return false;
        }
        peer.port = in.getShort() & 0xffff;
        peer.family = Family.of((flags & V6) != 0);
        peer.high = peer.family == Family.V6 ? in.getLong() : 0;
        peer.low = peer.family == Family.V6 ? in.getLong() : in.getInt() & 0xffff_ffffL;
        peer.left = (flags & SEED) != 0 ? 0 : 1;
        peer.event = (flags & STOPPED) != 0
                ? AnnounceEvent.STOPPED
                : (flags & PARTIAL_SEED) != 0 ? AnnounceEvent.PAUSED : AnnounceEvent.NONE;
        peer.completed = (flags & COMPLETED) != 0 ? in.getInt() : 0;
        return true;
    }
}
