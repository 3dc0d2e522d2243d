package dev.jackdaw.peer.utp;

import io.netty.buffer.ByteBuf;

/// The receiving half of a connection: what comes is put in order for the [Reader], and the peer is owed word of
/// it.
///
/// Each packet that leaves carries that word in its header: up to where all has come, and how much more there is
/// room for. What came ahead of a gap can be said by a STATE alone. One is also due when the window that the peer
/// was told of was small, and has become large again: the peer may wait for that and have nothing to say itself.
///
/// It puts nothing on the wire: [UtpConnection] asks whether a STATE [is due][#isStateDue], and says what has
/// left.
final class UtpReceiver {
    /// Who takes what comes.
    interface Reader {
        /// Bytes in order; the buffer is only valid during the call.
        void received(ByteBuf payload);

        /// The peer has sent its last byte.
        void ended();
    }

    /// Room for what the reader has not taken yet: 64 KiB of messages are decoded in a fraction of a
    /// millisecond, so this is about latency times rate: 80 MB/s over 25 ms.
    static final int WINDOW_BYTES = 2 << 20;

    private final Reader reader;
    private final ByteBudget budget;
    private ReceiveQueue queue;
    private boolean ackOwed;
    private int unackedBytes;
    /// The room that the peer was told of last.
    private int advertised = WINDOW_BYTES;
    private boolean endTold;
    private boolean closed;

    /// @param ack the last packet that counts as received
    UtpReceiver(Reader reader, int ack, ByteBudget budget) {
        this.reader = reader;
        this.budget = budget;
        this.queue = new ReceiveQueue(ack, WINDOW_BYTES, budget);
    }

    /// The peer has answered the first packet of all: only now is it known where its numbers begin.
    void opened(int ack) {
        queue = new ReceiveQueue(ack, WINDOW_BYTES, budget);
    }

    /// The last packet received in order.
    int ack() {
        return queue.ack();
    }

    /// What we can take beyond what we have.
    int room() {
        return queue.room();
    }

    /// What came ahead of the first missing packet.
    SelectiveAck selectiveAck() {
        return queue.selectiveAck();
    }

    /// Bytes received since the last acknowledgement.
    int unackedBytes() {
        return unackedBytes;
    }

    /// A packet with bytes has come.
    void data(int sequence, ByteBuf payload) {
        oweAck();
        unackedBytes += payload.readableBytes();
        if (!closed) {
            queue.receive(sequence, payload, reader);
            tellEnd();
        }
    }

    /// The peer's last packet has come.
    void fin(int sequence) {
        oweAck();
        queue.endsAt(sequence);
        tellEnd();
    }

    private void tellEnd() {
        if (queue.ended() && !endTold && !closed) {
            endTold = true;
            reader.ended();
        }
    }

    /// The reader has taken so many of the bytes it was given.
    void consumed(int bytes) {
        queue.consumed(bytes);
    }

    /// Gives the memory back. Bytes that still come are dropped.
    void close() {
        closed = true;
        queue.close();
    }

    // ---- what the peer is told

    /// The peer is to hear from us, whatever has come.
    void oweAck() {
        ackOwed = true;
    }

    /// Whether the peer is to be told something, by a STATE if no other packet leaves.
    boolean isStateDue() {
        return ackOwed || windowOpened();
    }

    private boolean windowOpened() {
        return !closed && advertised < WINDOW_BYTES / 2 && queue.room() - advertised >= WINDOW_BYTES / 4;
    }

    /// Packets have left whose headers say what we have: all that is owed, unless it takes a selective
    /// acknowledgement.
    void headersSent() {
        advertised = queue.room();
        if (queue.selectiveAck().isEmpty()) {
            settled();
        }
    }

    /// A STATE has left, which says all.
    void stateSent() {
        advertised = queue.room();
        settled();
    }

    private void settled() {
        ackOwed = false;
        unackedBytes = 0;
    }
}
