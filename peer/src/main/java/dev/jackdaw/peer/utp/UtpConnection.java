package dev.jackdaw.peer.utp;

import dev.jackdaw.peer.utp.SendQueue.Entry;
import dev.jackdaw.peer.utp.UtpPacket.Type;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// One uTP connection (BEP 29) as a state machine: packets, writes and the time go in, packets and bytes in
/// order come out.
///
/// Nothing is sent while packets are taken in, but at the next [#flush]: a batch of packets is answered by
/// one acknowledgement, and what may be sent leaves in runs. Where the text of BEP 29 and all deployed
/// clients differ, this follows the clients: the first STATE of the accepting side carries the number of
/// its first DATA packet, and does not use it up.
final class UtpConnection {
    /// What a connection does to the world.
    interface Sink extends UtpReceiver.Reader {
        /// Sends datagrams, each `segmentBytes` long but the last, which may be shorter. Takes the buffer
        /// over.
        void send(ByteBuf datagrams, int segmentBytes);

        /// Whether the socket takes more data now; when it does again, [#flush] is to be called.
        boolean isWritable();

        /// The other side has answered.
        void connected();

        /// So many packets that were written have been acknowledged.
        void released(int packets);

        /// The connection is over and holds nothing any more; packets for it mean nothing to it.
        void closed(String reason);
    }

    private enum State {
        SYN_SENT,
        SYN_RECEIVED,
        CONNECTED,
        /// Our end is, or will be, sent; what the peer still sends is dropped.
        CLOSING,
        CLOSED
    }

    /// Timeouts in a row after which the peer is given up: about half a minute.
    static final int MAX_TIMEOUTS = 6;

    private static final int MAX_SYN_TIMEOUTS = 3;
    /// How long what was written before closing may take to arrive.
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);
    /// How long an accepted connection may take to send something.
    private static final long HALF_OPEN_NANOS = TimeUnit.SECONDS.toNanos(10);
    /// A router forgets a silent UDP flow after 30 s.
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(29);

    private final Sink sink;
    private final ByteBufAllocator allocator;
    private final int receiveId;
    private final int sendId;
    private final int firstSequence;
    private final int maxDatagram;
    private final UtpSender sender;
    private final UtpReceiver receiver;

    private State state;
    private int delayMicros;
    private long closeBy;
    private long lastSentNanos;

    private UtpConnection(
            Sink sink,
            ByteBufAllocator allocator,
            int receiveId,
            int sendId,
            int firstSequence,
            int ack,
            int maxDatagram,
            ByteBudget budget,
            State state,
            long nowNanos) {
        this.sink = sink;
        this.allocator = allocator;
        this.receiveId = receiveId;
        this.sendId = sendId;
        this.firstSequence = firstSequence;
        this.maxDatagram = maxDatagram;
        this.sender = new UtpSender(firstSequence);
        this.receiver = new UtpReceiver(sink, ack, budget);
        this.state = state;
        this.lastSentNanos = nowNanos;
        this.closeBy = nowNanos + HALF_OPEN_NANOS;
    }

    /// Dials; the SYN leaves at once.
    ///
    /// @param receiveId   the id of what we will receive; the next one must be free as well
    /// @param maxDatagram the largest datagram that both ways carry and we take, told to the peer; 0 for
    ///                    the ordinary
    static UtpConnection outgoing(
            Sink sink,
            ByteBufAllocator allocator,
            int receiveId,
            int maxDatagram,
            ByteBudget budget,
            RandomGenerator random,
            long nowNanos) {
        int syn = random.nextInt(1 << 16);
        UtpConnection connection = new UtpConnection(
                sink,
                allocator,
                receiveId,
                SequenceNumber.plus(receiveId, 1),
                SequenceNumber.plus(syn, 1),
                0,
                maxDatagram,
                budget,
                State.SYN_SENT,
                nowNanos);
        connection.sendControl(Type.SYN, syn, nowNanos);
        connection.sender.arm(nowNanos);
        return connection;
    }

    /// Answers a SYN; the answer leaves at the next flush.
    static UtpConnection incoming(
            Sink sink,
            ByteBufAllocator allocator,
            UtpPacket syn,
            int maxDatagram,
            ByteBudget budget,
            RandomGenerator random,
            long nowNanos) {
        UtpConnection connection = new UtpConnection(
                sink,
                allocator,
                SequenceNumber.plus(syn.connectionId(), 1),
                syn.connectionId(),
                random.nextInt(1 << 16),
                syn.sequence(),
                maxDatagram,
                budget,
                State.SYN_RECEIVED,
                nowNanos);
        connection.meet(syn, nowNanos);
        connection.receiver.oweAck();
        return connection;
    }

    /// Takes what the first packet says of the peer; large packets are sent if both sides take them.
    private void meet(UtpPacket first, long nowNanos) {
        sender.agreeOn(Math.min(maxDatagram, first.maxDatagram()));
        sender.offered(first.windowBytes());
        takeTime(first, nowNanos);
    }

    /// How large packets are to be that are written.
    int packetBytes() {
        return sender.packetBytes();
    }

    int receiveId() {
        return receiveId;
    }

    boolean isHalfOpen() {
        return state == State.SYN_RECEIVED;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /// Bytes received since the last acknowledgement.
    int unackedBytes() {
        return receiver.unackedBytes();
    }

    /// Packets that a writer should have given us at most, beyond which it only fills memory.
    int wantedPackets() {
        return sender.wantedPackets();
    }

    // ---- input

    /// Takes a packet with our [#receiveId], or a RESET with either id, or the SYN again; `payload` is what
    /// follows the header.
    void receive(UtpPacket packet, ByteBuf payload, long nowNanos) {
        switch (state) {
            case SYN_SENT -> receiveAnswer(packet, nowNanos);
            case SYN_RECEIVED, CONNECTED, CLOSING -> {
                switch (packet.type()) {
                    case SYN -> {
                        if (packet.sequence() == receiver.ack() && state == State.SYN_RECEIVED) {
                            receiver.oweAck();
                        }
                    }
                    case RESET -> receiveReset(packet);
                    case DATA, FIN, STATE -> receiveOrdinary(packet, payload, nowNanos);
                }
            }
            case CLOSED -> {}
        }
    }

    private void receiveAnswer(UtpPacket packet, long nowNanos) {
        int syn = SequenceNumber.plus(firstSequence, -1);
        if (packet.ack() != syn) {
            return;
        }
        if (packet.type() == Type.RESET) {
            close("refused by the peer");
        } else if (packet.type() == Type.STATE) {
            receiver.opened(SequenceNumber.plus(packet.sequence(), -1));
            state = State.CONNECTED;
            sender.opened();
            meet(packet, nowNanos);
            sink.connected();
        }
    }

    /// A RESET must name a packet that we may have sent lately: guessing the id is not enough.
    private void receiveReset(UtpPacket packet) {
        if (sender.mayBeLastKnown(packet.ack())) {
            close("reset by the peer");
        }
    }

    private void receiveOrdinary(UtpPacket packet, ByteBuf payload, long nowNanos) {
        if (!sender.mayAcknowledge(packet.ack())) {
            return; // acknowledges what was never sent
        }
        if (state == State.SYN_RECEIVED) {
            state = State.CONNECTED;
            sink.connected();
        }
        takeTime(packet, nowNanos);
        int released = sender.answered(packet, nowNanos);
        if (released > 0) {
            sink.released(released);
        }
        if (state == State.CLOSING && sender.isEmpty()) {
            close("closed");
        }
        if (state == State.CLOSED) {
            return;
        }
        if (packet.type() == Type.DATA) {
            receiver.data(packet.sequence(), payload);
        } else if (packet.type() == Type.FIN) {
            receiver.fin(packet.sequence());
        }
    }

    private void takeTime(UtpPacket packet, long nowNanos) {
        delayMicros = micros(nowNanos) - packet.timestampMicros();
    }

    /// Sends that payload when it may; takes the train over. The caller minds [#wantedPackets()].
    void write(PacketTrain train) {
        if (state == State.CLOSING || state == State.CLOSED) {
            train.buffer().release();
        } else {
            sender.write(train);
        }
    }

    /// The reader has taken so many of the bytes it was given.
    void consumed(int bytes) {
        receiver.consumed(bytes);
    }

    /// Sends what was written, then the end; forgets the connection when that is acknowledged, or after
    /// [#LINGER_NANOS].
    void finish(long nowNanos) {
        switch (state) {
            case SYN_SENT, SYN_RECEIVED -> close("closed");
            case CONNECTED -> {
                state = State.CLOSING;
                closeBy = nowNanos + LINGER_NANOS;
                sender.finish();
                receiver.close();
            }
            case CLOSING, CLOSED -> {}
        }
    }

    /// Tells the peer that it is over, and forgets the connection.
    void abort(long nowNanos) {
        if (state != State.CLOSED) {
            sendControl(Type.RESET, sender.nextSequence(), nowNanos);
            close("aborted");
        }
    }

    private void close(String reason) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        sender.close();
        receiver.close();
        sink.closed(reason);
    }

    // ---- time

    /// When [#expire] is due.
    long deadlineNanos() {
        long deadline = sender.timeoutBefore(lastSentNanos + KEEP_ALIVE_NANOS);
        if ((state == State.CLOSING || state == State.SYN_RECEIVED) && closeBy - deadline < 0) {
            deadline = closeBy;
        }
        return deadline;
    }

    /// Does what is due; nothing if nothing is. A flush must follow.
    void expire(long nowNanos) {
        switch (state) {
            case CLOSED -> {
                return;
            }
            case SYN_RECEIVED -> {
                if (nowNanos - closeBy >= 0) {
                    close("sent nothing after its SYN");
                }
            }
            case CLOSING -> {
                if (nowNanos - closeBy >= 0) {
                    abort(nowNanos);
                }
            }
            case SYN_SENT, CONNECTED -> {}
        }
        if (sender.isTimedOut(nowNanos)) {
            timedOut(nowNanos);
        }
        if (state == State.CONNECTED && nowNanos - lastSentNanos >= KEEP_ALIVE_NANOS) {
            receiver.oweAck();
        }
    }

    private void timedOut(long nowNanos) {
        int inARow = sender.timedOut(nowNanos);
        if (state == State.SYN_SENT) {
            if (inARow > MAX_SYN_TIMEOUTS) {
                close("does not answer");
            } else {
                sendControl(Type.SYN, SequenceNumber.plus(firstSequence, -1), nowNanos);
            }
            return;
        }
        if (inARow > MAX_TIMEOUTS) {
            close("nothing was acknowledged any more");
            return;
        }
        Entry probe = sender.probe();
        if (probe != null) {
            transmit(probe, nowNanos);
        }
    }

    // ---- output

    /// Sends what may be sent, and an acknowledgement if one is owed.
    void flush(long nowNanos) {
        if (state == State.CONNECTED || state == State.CLOSING) {
            sender.detectLost();
            sendData(nowNanos);
            sender.armForUnacked(nowNanos);
        }
        if (state != State.CLOSED && state != State.SYN_SENT && receiver.isStateDue()) {
            boolean first = state == State.SYN_RECEIVED;
            sendState(first ? firstSequence : sender.nextSequence(), nowNanos);
        }
    }

    private void sendData(long nowNanos) {
        while (sink.isWritable()) {
            Entry entry = sender.next();
            if (entry == null) {
                return;
            }
            transmit(entry, nowNanos);
        }
    }

    /// Sends a packet, and those that follow it in the same buffer and may be sent too.
    private void transmit(Entry entry, long nowNanos) {
        PacketTrain train = entry.train;
        if (train == null) {
            sender.sent(entry, nowNanos);
            sendControl(Type.FIN, entry.sequence, nowNanos);
            return;
        }
        int end = send(entry, train, nowNanos);
        Entry following = sender.next();
        while (following != null && following.train == train && following.offset == end) {
            end = send(following, train, nowNanos);
            following = sender.next();
        }
        lastSentNanos = nowNanos;
        receiver.headersSent();
        sink.send(train.buffer().retainedSlice(entry.offset, end - entry.offset), train.packetBytes());
    }

    /// Completes the header in place; says where the packet ends.
    private int send(Entry entry, PacketTrain train, long nowNanos) {
        sender.sent(entry, nowNanos);
        UtpPacket.putHeader(
                train.buffer(),
                entry.offset,
                Type.DATA,
                sendId,
                micros(nowNanos),
                delayMicros,
                receiver.room(),
                entry.sequence,
                receiver.ack());
        return entry.offset + entry.length;
    }

    private void sendState(int sequence, long nowNanos) {
        receiver.stateSent();
        send(Type.STATE, sequence, receiver.selectiveAck(), nowNanos);
    }

    private void sendControl(Type type, int sequence, long nowNanos) {
        send(type, sequence, SelectiveAck.NONE, nowNanos);
    }

    private void send(Type type, int sequence, SelectiveAck selectiveAck, long nowNanos) {
        lastSentNanos = nowNanos;
        int id = type == Type.SYN ? receiveId : sendId;
        int told = state == State.SYN_SENT || state == State.SYN_RECEIVED ? maxDatagram : 0;
        UtpPacket packet = new UtpPacket(
                type, id, micros(nowNanos), delayMicros, receiver.room(), sequence, receiver.ack(), selectiveAck, told);
        ByteBuf out = allocator.directBuffer(packet.encodedLength());
        packet.encode(out);
        sink.send(out, out.readableBytes());
    }

    private static int micros(long nanos) {
        return (int) (nanos / 1_000);
    }
}
