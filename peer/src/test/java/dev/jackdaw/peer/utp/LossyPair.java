package dev.jackdaw.peer.utp;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.simulation.Seed;
import dev.jackdaw.simulation.VirtualTime;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Two connections and what lies between them, on virtual time.
final class LossyPair {
    static final long MILLISECOND = 1_000_000;

    final VirtualTime time = new VirtualTime();
    private final RandomGenerator random;
    private final RandomGenerator numbers;

    /// Of every packet on its way.
    double loss;
    double duplication;
    long delayNanos = 10 * MILLISECOND;
    long jitterNanos;
    /// Changes what arrives; an empty buffer is dropped.
    UnaryOperator<ByteBuf> tampering = packet -> packet;
    /// One way, shared by everything; 0 for no limit.
    long bytesPerSecond;

    long queueLimitNanos = Long.MAX_VALUE;
    int maxDatagram;

    final End dialler = new End("dialler");
    final End acceptor = new End("acceptor");
    final ByteBudget budget = new ByteBudget(64 << 20);

    LossyPair(Seed seed) {
        random = seed.random("path");
        numbers = seed.random("numbers");
    }

    void dial() {
        dialler.connection = UtpConnection.outgoing(
                dialler,
                UnpooledByteBufAllocator.DEFAULT,
                numbers.nextInt(1 << 16),
                maxDatagram,
                budget,
                numbers,
                time.nanos());
        dialler.flush();
    }

    /// Runs for that long.
    void run(long nanos) {
        time.runUntil(time.nanos() + nanos);
    }

    /// One side.
    final class End implements UtpConnection.Sink {
        private final String name;

        @Nullable
        UtpConnection connection;

        final ByteArrayOutputStream received = new ByteArrayOutputStream();

        @Nullable
        String closed;

        boolean connected;
        boolean ended;
        /// Whether what is received is taken at once.
        boolean reading = true;

        int datagrams;
        int released;
        private int untaken;
        private long linkFreeAt;
        private long wakeAt = Long.MAX_VALUE;

        End(String name) {
            this.name = name;
        }

        UtpConnection connection() {
            if (connection == null) {
                throw new IllegalStateException(name + " has no connection");
            }
            return connection;
        }

        private End other() {
            return this == dialler ? acceptor : dialler;
        }

        void write(byte[] bytes) {
            int packet = connection().packetBytes();
            int payload = packet - UtpPacket.HEADER_LENGTH;
            int maxPayload = PacketTrain.maxPackets(packet) * payload;
            for (int at = 0; at < bytes.length; at += maxPayload) {
                int length = Math.min(maxPayload, bytes.length - at);
                ByteBuf buffer = Unpooled.buffer(PacketTrain.encodedLength(length, packet));
                for (int i = 0; i < length; i += payload) {
                    buffer.writeZero(UtpPacket.HEADER_LENGTH);
                    buffer.writeBytes(bytes, at + i, Math.min(payload, length - i));
                }
                connection().write(new PacketTrain(buffer, packet));
            }
            flush();
        }

        void take() {
            connection().consumed(untaken);
            untaken = 0;
            flush();
        }

        void finish() {
            connection().finish(time.nanos());
            flush();
        }

        void flush() {
            UtpConnection now = connection();
            now.flush(time.nanos());
            if (now.isClosed()) {
                return;
            }
            long deadline = Math.max(now.deadlineNanos(), time.nanos() + MILLISECOND);
            if (deadline < wakeAt) {
                wakeAt = deadline;
                time.at(deadline, () -> {
                    wakeAt = Long.MAX_VALUE;
                    connection().expire(time.nanos());
                    flush();
                });
            }
        }

        @Override
        public void send(ByteBuf run, int segmentBytes) {
            while (run.isReadable()) {
                transmit(run.readBytes(Math.min(segmentBytes, run.readableBytes())));
            }
            run.release();
        }

        private void transmit(ByteBuf packet) {
            datagrams++;
            int copies = random.nextDouble() < duplication ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                if (random.nextDouble() < loss) {
                    continue;
                }
                long leaves = time.nanos();
                if (bytesPerSecond > 0) {
                    linkFreeAt = Math.max(linkFreeAt, leaves);
                    if (linkFreeAt - leaves > queueLimitNanos) {
                        continue;
                    }
                    linkFreeAt += packet.readableBytes() * 1_000_000_000L / bytesPerSecond;
                    leaves = linkFreeAt;
                }
                long jitter = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
                byte[] bytes = ByteBufUtil.getBytes(packet);
                time.at(
                        leaves + delayNanos + jitter,
                        () -> other().arrive(tampering.apply(Unpooled.wrappedBuffer(bytes))));
            }
            packet.release();
        }

        private void arrive(ByteBuf datagram) {
            try {
                deliver(datagram);
            } finally {
                datagram.release();
            }
        }

        private void deliver(ByteBuf datagram) {
            UtpPacket packet;
            try {
                packet = UtpPacket.decode(datagram);
            } catch (ProtocolException e) {
                return;
            }
            if (connection == null) {
                if (packet.type() != UtpPacket.Type.SYN) {
                    return;
                }
                connection = UtpConnection.incoming(
                        this, UnpooledByteBufAllocator.DEFAULT, packet, maxDatagram, budget, numbers, time.nanos());
            }
            UtpConnection to = connection();
            boolean ours = packet.type() == UtpPacket.Type.SYN
                    ? SequenceNumber.plus(packet.connectionId(), 1) == to.receiveId()
                    : packet.connectionId() == to.receiveId();
            if (ours) {
                to.receive(packet, datagram, time.nanos());
                flush();
            }
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void connected() {
            connected = true;
        }

        @Override
        public void received(ByteBuf payload) {
            byte[] bytes = new byte[payload.readableBytes()];
            payload.readBytes(bytes);
            received.writeBytes(bytes);
            if (reading) {
                connection().consumed(bytes.length);
            } else {
                untaken += bytes.length;
            }
        }

        @Override
        public void released(int packets) {
            released += packets;
        }

        @Override
        public void ended() {
            ended = true;
        }

        @Override
        public void closed(String reason) {
            closed = reason;
        }
    }
}
