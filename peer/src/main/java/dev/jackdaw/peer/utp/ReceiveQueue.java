package dev.jackdaw.peer.utp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Puts a connection's packets in order, and knows how much room there is.
///
/// Packets ahead of a gap are copied, at most [#MAX_AHEAD] of them and as many bytes as the window and the budget that
/// all connections share let in; others are dropped, and the peer sends them again.
final class ReceiveQueue {
    /// Packets ahead of the first missing one that are kept.
    static final int MAX_AHEAD = 4_096;
    /// What keeping a packet costs beside its bytes.
    private static final int OVERHEAD = 64;

    private static final int FIRST_CAPACITY = 64;

    private final int windowBytes;
    private final ByteBudget budget;
    private int ack;
    /// By sequence number, modulo the capacity.
    private @Nullable Kept[] ahead = new Kept[0];
    private int aheadCount;
    private int aheadBytes;
    private int highest;
    private int delivered;
    private int end = -1;

    /// @param ack the last packet that counts as received
    ReceiveQueue(int ack, int windowBytes, ByteBudget budget) {
        this.ack = ack;
        this.highest = ack;
        this.windowBytes = windowBytes;
        this.budget = budget;
    }

    /// The last packet received in order.
    int ack() {
        return ack;
    }

    /// What we can take beyond what we have.
    int room() {
        return Math.max(0, windowBytes - delivered - aheadBytes);
    }

    /// Whether the peer's last packet, and all before it, was received.
    boolean ended() {
        return end == ack;
    }

    /// The reader took so many bytes of what was delivered.
    void consumed(int bytes) {
        delivered -= bytes;
    }

    /// The peer will send nothing after that packet. Only the first word counts.
    void endsAt(int sequence) {
        int distance = SequenceNumber.distance(ack, sequence);
        if (end < 0 && distance > 0 && distance <= MAX_AHEAD && SequenceNumber.distance(highest, sequence) > 0) {
            end = sequence;
            advanceToEnd();
        }
    }

    private void advanceToEnd() {
        if (end == SequenceNumber.plus(ack, 1)) {
            ack = end;
            highest = end;
        }
    }

    /// Takes a packet, and hands on what is in order now.
    void receive(int sequence, ByteBuf payload, UtpReceiver.Reader reader) {
        int distance = SequenceNumber.distance(ack, sequence);
        if (distance <= 0
                || distance > MAX_AHEAD
                || end >= 0 && SequenceNumber.distance(sequence, end) <= 0
                || payload.readableBytes() > room()) {
            return;
        }
        if (distance > 1) {
            keep(sequence, payload);
            return;
        }
        ack = sequence;
        deliver(payload, reader);
        if (aheadCount > 0) {
            deliverKept(reader);
        } else {
            highest = ack;
        }
        advanceToEnd();
    }

    private void deliver(ByteBuf payload, UtpReceiver.Reader reader) {
        delivered += payload.readableBytes();
        reader.received(payload);
    }

    private void deliverKept(UtpReceiver.Reader reader) {
        while (aheadCount > 0) {
            int slot = SequenceNumber.plus(ack, 1) & ahead.length - 1;
            Kept kept = ahead[slot];
            if (kept == null) {
                return;
            }
            ahead[slot] = null;
            forget(kept);
            ack = SequenceNumber.plus(ack, 1);
            deliver(Unpooled.wrappedBuffer(kept.payload()), reader);
        }
    }

    private void keep(int sequence, ByteBuf payload) {
        int size = payload.readableBytes();
        int distance = SequenceNumber.distance(ack, sequence);
        if (distance < ahead.length && ahead[sequence & ahead.length - 1] != null
                || !budget.tryReserve(size + OVERHEAD)) {
            return;
        }
        ensureCapacity(distance);
        Kept kept = new Kept(new byte[size]);
        payload.readBytes(kept.payload());
        ahead[sequence & ahead.length - 1] = kept;
        aheadCount++;
        aheadBytes += size + OVERHEAD;
        if (SequenceNumber.distance(highest, sequence) > 0) {
            highest = sequence;
        }
    }

    private void forget(Kept kept) {
        aheadCount--;
        aheadBytes -= kept.payload().length + OVERHEAD;
        budget.release(kept.payload().length + OVERHEAD);
    }

    private void ensureCapacity(int distance) {
        if (distance < ahead.length) {
            return;
        }
        int capacity = Math.max(FIRST_CAPACITY, Integer.highestOneBit(distance) * 2);
        @Nullable Kept[] larger = new Kept[capacity];
        for (int i = 1; i < ahead.length; i++) {
            int sequence = SequenceNumber.plus(ack, i);
            larger[sequence & capacity - 1] = ahead[sequence & ahead.length - 1];
        }
        ahead = larger;
    }

    /// What came ahead of the first missing packet.
    SelectiveAck selectiveAck() {
        if (aheadCount == 0) {
            return SelectiveAck.NONE;
        }
        BitSet bits = new BitSet();
        int last = Math.min(SequenceNumber.distance(ack, highest) - 2, SelectiveAck.MAX_BITS - 1);
        for (int i = 0; i <= last; i++) {
            if (ahead[SequenceNumber.plus(ack, i + 2) & ahead.length - 1] != null) {
                bits.set(i);
            }
        }
        return new SelectiveAck(bits);
    }

    /// Gives the memory back.
    void close() {
        budget.release(aheadBytes);
        aheadBytes = 0;
        aheadCount = 0;
        ahead = new Kept[0];
    }

    private record Kept(byte[] payload) {}
}
