package dev.jackdaw.peer.utp;

import dev.jackdaw.peer.utp.SendQueue.Entry;
import dev.jackdaw.peer.utp.UtpPacket.Type;
import org.jspecify.annotations.Nullable;

/// The sending half of a connection: what was written until it is acknowledged, how much of it may be in flight,
/// what of it counts as lost, and when the peer has been silent for too long.
///
/// Two windows bound what is in flight: the one that the peer offers for its reader's sake, and that of [Ledbat]
/// for the network's. All packets that were under way when a loss is seen may be lost by one and the same event,
/// so the second window gives way once for all of them.
///
/// It puts nothing on the wire: [UtpConnection] asks for the packet that may leave [#next], and says that it
/// [#sent] it.
final class UtpSender {
    private static final int DUPLICATE_ACKS = 3;
    /// What a writer may have waiting at least, and at most: as much as may be in flight.
    private static final int MIN_WAITING_BYTES = 128 * 1024;

    private static final int MAX_WAITING_BYTES = SendQueue.MAX_PACKETS * PacketTrain.ORDINARY_BYTES;

    private final SendQueue queue;
    private final RoundTrip roundTrip = new RoundTrip();
    private final Ledbat ledbat = new Ledbat(PacketTrain.ORDINARY_BYTES);
    private int packetBytes = PacketTrain.ORDINARY_BYTES;
    private long peerWindow = PacketTrain.ORDINARY_BYTES;
    private int duplicateAcks;
    /// Losses among transmissions up to this one are the same event.
    private long recoveryEnd;

    /// When the oldest packet in flight, or a closed window, becomes a timeout; only while armed.
    private long timeoutAt;

    private boolean armed;

    UtpSender(int firstSequence) {
        queue = new SendQueue(firstSequence);
    }

    /// How large packets are to be that are written.
    int packetBytes() {
        return packetBytes;
    }

    /// Packets may be so large, if that is more than the ordinary.
    void agreeOn(int bytes) {
        if (bytes > packetBytes) {
            packetBytes = bytes;
            ledbat.packetBytes(bytes);
        }
    }

    /// Packets that a writer should have given us at most, beyond which it only fills memory: twice what may be in
    /// flight.
    int wantedPackets() {
        return Math.clamp(2L * ledbat.windowBytes(), MIN_WAITING_BYTES, MAX_WAITING_BYTES) / packetBytes;
    }

    /// Appends; takes the train over. The caller minds [#wantedPackets()].
    void write(PacketTrain train) {
        queue.add(train);
    }

    /// Appends the end.
    void finish() {
        queue.addFin();
    }

    /// Whether all that was written is acknowledged.
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /// The number that the next new packet will have.
    int nextSequence() {
        return queue.nextSequence();
    }

    /// Gives all memory back; there are no timeouts any more.
    void close() {
        armed = false;
        queue.close();
    }

    // ---- what comes back

    /// The peer takes so much beyond what it has acknowledged.
    void offered(long windowBytes) {
        peerWindow = windowBytes;
    }

    /// The peer has answered the first packet of all, which was not one of ours to send.
    void opened() {
        armed = false;
        roundTrip.progressed();
    }

    /// Whether a packet may acknowledge that one: it was sent, and not too long ago.
    boolean mayAcknowledge(int ack) {
        int newly = newlyAcked(ack);
        return newly <= unacked() && newly >= -ReceiveQueue.MAX_AHEAD;
    }

    /// Whether that may be the last packet that the peer knows of.
    boolean mayBeLastKnown(int ack) {
        int newly = newlyAcked(ack);
        return newly >= 0 && newly <= unacked() + 1;
    }

    /// By how many packets an acknowledgement is ahead of the one before.
    private int newlyAcked(int ack) {
        return SequenceNumber.distance(SequenceNumber.plus(queue.firstUnacked(), -1), ack);
    }

    private int unacked() {
        return SequenceNumber.distance(queue.firstUnacked(), queue.nextSequence());
    }

    /// Takes from any packet of the peer what it says of ours, which [#mayAcknowledge] holds for.
    ///
    /// @return how many packets need not be kept any longer
    int answered(UtpPacket packet, long nowNanos) {
        offered(packet.windowBytes());
        if (peerWindow < packetBytes) {
            roundTrip.answered();
        }
        if (packet.delayMicros() != 0) {
            ledbat.delaySample(packet.delayMicros(), nowNanos);
        }
        int newlyAcked = newlyAcked(packet.ack());
        return newlyAcked >= 0 ? acknowledged(packet, newlyAcked, nowNanos) : 0;
    }

    private int acknowledged(UtpPacket packet, int newlyAcked, long nowNanos) {
        boolean full = queue.inFlightBytes() + 2 * packetBytes >= Math.min(ledbat.windowBytes(), peerWindow);
        if (newlyAcked == 0
                && packet.type() == Type.STATE
                && packet.selectiveAck().isEmpty()
                && queue.hasUnacked()) {
            duplicateAcks++;
            if (duplicateAcks == DUPLICATE_ACKS) {
                lost(queue.loseFirst());
            }
        } else if (newlyAcked > 0) {
            duplicateAcks = 0;
        }
        SendQueue.Acked acked = queue.acknowledge(packet.ack(), packet.selectiveAck(), nowNanos);
        if (acked.rttNanos() >= 0) {
            roundTrip.sample(acked.rttNanos());
        }
        if (acked.bytes() > 0) {
            ledbat.acked(acked.bytes(), full);
            roundTrip.progressed();
            armed = false;
            armForUnacked(nowNanos);
        }
        return acked.packets();
    }

    private void lost(long transmission) {
        if (transmission > recoveryEnd) {
            recoveryEnd = queue.transmissions();
            ledbat.lost();
        }
    }

    // ---- what leaves

    /// Marks as lost what must be, by what was acknowledged since.
    void detectLost() {
        if (queue.hasUnacked()) {
            lost(queue.detectLost());
        }
    }

    /// The packet to send now; null if there is none, or both windows have no room for it.
    @Nullable
    Entry next() {
        Entry entry = queue.nextToSend();
        return entry != null && fits(entry) ? entry : null;
    }

    private boolean fits(Entry entry) {
        long after = (long) queue.inFlightBytes() + entry.length;
        return after <= Math.min(ledbat.windowBytes(), peerWindow)
                || queue.inFlightBytes() == 0 && entry.length <= peerWindow;
    }

    /// One packet whatever the windows say, to be sent after a timeout: an answer to it opens them again.
    @Nullable
    Entry probe() {
        return queue.nextToSend();
    }

    /// It is on its way.
    void sent(Entry entry, long nowNanos) {
        queue.sent(entry, nowNanos);
    }

    // ---- timeouts

    /// An answer is due from now on.
    void arm(long nowNanos) {
        armed = true;
        timeoutAt = nowNanos + roundTrip.timeoutNanos();
    }

    /// An answer is due if anything is not acknowledged, from now on or from before.
    void armForUnacked(long nowNanos) {
        if (!armed && !queue.isEmpty()) {
            arm(nowNanos);
        }
    }

    /// When [#isTimedOut] if that is before a deadline, else the deadline.
    long timeoutBefore(long deadlineNanos) {
        return armed && timeoutAt - deadlineNanos < 0 ? timeoutAt : deadlineNanos;
    }

    boolean isTimedOut(long nowNanos) {
        return armed && nowNanos - timeoutAt >= 0;
    }

    /// Gives all packets up that are in flight, and waits for twice as long.
    ///
    /// @return how many timeouts there were in a row without an answer
    int timedOut(long nowNanos) {
        int inARow = roundTrip.timedOut();
        if (queue.hasUnacked()) {
            queue.loseAll();
            ledbat.timedOut();
            recoveryEnd = queue.transmissions();
        }
        arm(nowNanos);
        return inARow;
    }
}
