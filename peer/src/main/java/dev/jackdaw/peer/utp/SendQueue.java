package dev.jackdaw.peer.utp;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A connection's packets from being written to being acknowledged, by sequence number.
///
/// Each transmission has a number of its own. A packet is lost when one that was transmitted three or more later was
/// acknowledged: that is the rule of BEP 29 for packets sent once, and finds a retransmission that was lost again as
/// well.
final class SendQueue {
    /// Packets that may wait for their acknowledgement or their turn; so many, and the writer waits.
    static final int MAX_PACKETS = 3_072;

    private static final int CAPACITY_LIMIT = 4_096;
    private static final int FIRST_CAPACITY = 64;
    private static final int LOSS_THRESHOLD = 3;

    /// A packet; the last one of a connection has no payload and ends it.
    static final class Entry {
        final int sequence;
        final @Nullable PacketTrain train;
        final int offset;
        final int length;
        long sentNanos;
        private long transmission;
        private int transmissions;
        private State state = State.WAITING;

        private Entry(int sequence, @Nullable PacketTrain train, int offset, int length) {
            this.sequence = sequence;
            this.train = train;
            this.offset = offset;
            this.length = length;
        }

        boolean isFin() {
            return train == null;
        }

        private enum State {
            WAITING,
            IN_FLIGHT,
            LOST,
            ACKED
        }
    }

    /// What an acknowledgement brought.
    ///
    /// @param bytes    acknowledged for the first time, header included
    /// @param packets  that left the queue
    /// @param rttNanos of the latest packet among them that was sent once, negative if there was none
    record Acked(int bytes, int packets, long rttNanos) {}

    private @Nullable Entry[] entries = new Entry[FIRST_CAPACITY];
    private final ArrayDeque<PacketTrain> trains = new ArrayDeque<>();
    /// The oldest packet that is not acknowledged.
    private int first;
    /// The first packet that was never sent.
    private int unsent;
    private int next;

    private int inFlightBytes;
    private int lostCount;
    private long transmissions;
    private long highestAcked;

    SendQueue(int firstSequence) {
        first = firstSequence;
        unsent = firstSequence;
        next = firstSequence;
    }

    /// The number that the next new packet will have on the wire.
    int nextSequence() {
        return unsent;
    }

    int firstUnacked() {
        return first;
    }

    int inFlightBytes() {
        return inFlightBytes;
    }

    /// Number of transmissions so far.
    long transmissions() {
        return transmissions;
    }

    /// Sent and not acknowledged, be they lost or not.
    boolean hasUnacked() {
        return first != unsent;
    }

    boolean isEmpty() {
        return first == next;
    }

    boolean hasLost() {
        return lostCount > 0;
    }

    /// Appends; takes the train over.
    void add(PacketTrain train) {
        trains.add(train);
        int end = train.buffer().writerIndex();
        for (int at = 0; at < end; at += train.packetBytes()) {
            append(new Entry(next, train, at, Math.min(train.packetBytes(), end - at)));
        }
    }

    void addFin() {
        append(new Entry(next, null, 0, UtpPacket.HEADER_LENGTH));
    }

    private void append(Entry entry) {
        int count = SequenceNumber.distance(first, next);
        if (count == entries.length) {
            if (count >= CAPACITY_LIMIT) {
                throw new IllegalStateException(count + " packets are queued, the writer minds no limit");
            }
            grow();
        }
        entries[next & entries.length - 1] = entry;
        next = SequenceNumber.plus(next, 1);
    }

    private void grow() {
        @Nullable Entry[] larger = new Entry[entries.length * 2];
        for (int i = 0; i < entries.length; i++) {
            int sequence = SequenceNumber.plus(first, i);
            larger[sequence & larger.length - 1] = entries[sequence & entries.length - 1];
        }
        entries = larger;
    }

    private Entry at(int sequence) {
        Entry entry = entries[sequence & entries.length - 1];
        if (entry == null) {
            throw new IllegalStateException("no packet " + sequence + " in " + first + " … " + next);
        }
        return entry;
    }

    /// The packet to send now: the oldest that was lost, else the first that was never sent.
    @Nullable
    Entry nextToSend() {
        if (lostCount > 0) {
            for (int sequence = first; sequence != unsent; sequence = SequenceNumber.plus(sequence, 1)) {
                if (at(sequence).state == Entry.State.LOST) {
                    return at(sequence);
                }
            }
        }
        return unsent == next ? null : at(unsent);
    }

    /// It is on its way.
    void sent(Entry entry, long nowNanos) {
        if (entry.state == Entry.State.LOST) {
            lostCount--;
        } else {
            unsent = SequenceNumber.plus(unsent, 1);
        }
        entry.state = Entry.State.IN_FLIGHT;
        entry.sentNanos = nowNanos;
        entry.transmission = ++transmissions;
        entry.transmissions++;
        inFlightBytes += entry.length;
    }

    /// Takes an acknowledgement of packets that were sent.
    Acked acknowledge(int ack, SelectiveAck selectiveAck, long nowNanos) {
        int bytes = 0;
        int packets = 0;
        long rtt = -1;
        while (first != unsent && SequenceNumber.distance(first, ack) >= 0) {
            Entry entry = at(first);
            if (entry.state != Entry.State.ACKED) {
                bytes += entry.length;
                rtt = settle(entry, rtt, nowNanos);
            }
            entries[first & entries.length - 1] = null;
            first = SequenceNumber.plus(first, 1);
            packets++;
            PacketTrain train = entry.train;
            if (train != null && entry.offset + entry.length == train.buffer().writerIndex()) {
                trains.remove().buffer().release();
            }
        }
        int sent = SequenceNumber.distance(ack, unsent) - 2;
        for (int bit = selectiveAck.received().nextSetBit(0);
                bit >= 0 && bit < sent;
                bit = selectiveAck.received().nextSetBit(bit + 1)) {
            Entry entry = at(SequenceNumber.plus(ack, bit + 2));
            if (entry.state != Entry.State.ACKED) {
                bytes += entry.length;
                rtt = settle(entry, rtt, nowNanos);
            }
        }
        return new Acked(bytes, packets, rtt);
    }

    private long settle(Entry entry, long rtt, long nowNanos) {
        if (entry.state == Entry.State.IN_FLIGHT) {
            inFlightBytes -= entry.length;
        } else {
            lostCount--;
        }
        entry.state = Entry.State.ACKED;
        highestAcked = Math.max(highestAcked, entry.transmission);
        return entry.transmissions == 1 ? nowNanos - entry.sentNanos : rtt;
    }

    /// Finds packets that must have been lost; says what transmission of theirs was the last, 0 if there are none.
    long detectLost() {
        long latest = 0;
        for (int sequence = first; sequence != unsent; sequence = SequenceNumber.plus(sequence, 1)) {
            Entry entry = at(sequence);
            if (entry.transmissions == 1 && entry.transmission + LOSS_THRESHOLD > highestAcked) {
                return latest; // nor can any later one be
            }
            if (entry.state == Entry.State.IN_FLIGHT && entry.transmission + LOSS_THRESHOLD <= highestAcked) {
                lose(entry);
                latest = Math.max(latest, entry.transmission);
            }
        }
        return latest;
    }

    /// The oldest packet is lost, as duplicate acknowledgements say; 0 if it is known to be, or was sent again.
    long loseFirst() {
        Entry entry = at(first);
        if (entry.state != Entry.State.IN_FLIGHT || entry.transmissions > 1) {
            return 0;
        }
        lose(entry);
        return entry.transmission;
    }

    /// Everything in flight is lost.
    void loseAll() {
        for (int sequence = first; sequence != unsent; sequence = SequenceNumber.plus(sequence, 1)) {
            if (at(sequence).state == Entry.State.IN_FLIGHT) {
                lose(at(sequence));
            }
        }
    }

    private void lose(Entry entry) {
        entry.state = Entry.State.LOST;
        inFlightBytes -= entry.length;
        lostCount++;
    }

    /// Gives all memory back.
    void close() {
        for (PacketTrain train : trains) {
            ByteBuf buffer = train.buffer();
            buffer.release();
        }
        trains.clear();
        first = next;
        unsent = next;
        inFlightBytes = 0;
        lostCount = 0;
    }
}
