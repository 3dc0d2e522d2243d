package dev.jackdaw.peer.utp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.utp.UtpPacket.Type;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The table of connections behind a real port, spoken to by real datagrams and by another one of its kind.
final class UtpSocketTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private DatagramPort port;
    private UtpSocket socket;
    private DatagramSocket stranger;

    @BeforeEach
    void open() throws Exception {
        port = port();
        socket = new UtpSocket(
                port,
                channel -> {
                    channel.pipeline().addLast(new Echo());
                    accepted.add(channel);
                },
                new Random(1),
                System::nanoTime);
        port.start(socket);
        stranger = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
    }

    private DatagramPort port() throws Exception {
        Bootstrap bootstrap = new Bootstrap().group(loops.next()).channelFactory(NioDatagramChannel::new);
        return DatagramPort.open(bootstrap, PooledByteBufAllocator.DEFAULT, new InetSocketAddress(LOOPBACK, 0));
    }

    @AfterEach
    void close() {
        stranger.close();
        socket.close();
        port.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    private static final class Collector extends ChannelInboundHandlerAdapter {
        final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            byte[] chunk = new byte[in.readableBytes()];
            in.readBytes(chunk);
            in.release();
            chunks.add(chunk);
        }
    }

    private void send(UtpPacket packet, byte... payload) throws Exception {
        ByteBuf out = Unpooled.buffer();
        packet.encode(out);
        out.writeBytes(payload);
        stranger.send(new DatagramPacket(out.array(), out.readableBytes(), port.localAddress()));
    }

    private UtpPacket receive() throws Exception {
        DatagramPacket in = new DatagramPacket(new byte[2_000], 2_000);
        stranger.receive(in);
        return UtpPacket.decode(Unpooled.wrappedBuffer(in.getData(), 0, in.getLength()));
    }

    private static UtpPacket packet(Type type, int id, int sequence, int ack) {
        return new UtpPacket(type, id, 0, 0, 1 << 20, sequence, ack, SelectiveAck.NONE, 0);
    }

    @Test
    void whatIsWrittenComesBackAcrossLoopsAndTheEndIsSeen() throws Exception {
        DatagramPort ourPort = port();
        UtpSocket ours = new UtpSocket(ourPort, Channel::close, new Random(2), System::nanoTime);
        ourPort.start(ours);
        Collector collector = new Collector();
        Channel channel = new Bootstrap()
                .group(loops.next())
                .channelFactory(ours::newChannel)
                .handler(collector)
                .connect(port.localAddress())
                .sync()
                .channel();
        byte[] content = new byte[3_000_000];
        new Random(3).nextBytes(content);
        for (int at = 0; at < content.length; at += 100_000) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(content, at, 100_000));
        }
        ByteBuf back = Unpooled.buffer(content.length);
        while (back.readableBytes() < content.length) {
            back.writeBytes(collector.chunks.take());
        }
        byte[] all = new byte[back.readableBytes()];
        back.readBytes(all);
        assertArrayEquals(content, all);
        Channel other = accepted.take();
        channel.close().sync();
        other.closeFuture().sync(); // the other side sees the end
        ours.close();
        ourPort.close();
    }

    @Test
    void aSynIsAnsweredAndMakesNoChannelBeforeTheAnswerIsKnownToHaveArrived() throws Exception {
        send(packet(Type.SYN, 77, 500, 0));
        UtpPacket answer = receive();
        assertEquals(Type.STATE, answer.type());
        assertEquals(77, answer.connectionId());
        assertEquals(500, answer.ack());
        send(packet(Type.DATA, 78, 501, answer.sequence() + 1000), (byte) 1);
        answersUntilNow();
        assertTrue(accepted.isEmpty(), "a guessed acknowledgement opens nothing");
        send(packet(Type.DATA, 78, 501, SequenceNumber.plus(answer.sequence(), -1)), (byte) 1);
        accepted.take();
    }

    @Test
    void oneAddressHasFewHalfOpenConnections() throws Exception {
        int syns = 3 * UtpSocket.MAX_HALF_OPEN_PER_ADDRESS;
        for (int i = 0; i < syns; i++) {
            send(packet(Type.SYN, 10 * i, 1, 0));
        }
        long opened =
                answersUntilNow().stream().filter(type -> type == Type.STATE).count();
        assertEquals(UtpSocket.MAX_HALF_OPEN_PER_ADDRESS, opened);
    }

    /// What everything that was sent so far is answered with: a packet of no connection is answered after all that.
    private List<Type> answersUntilNow() throws Exception {
        int nobodys = 60_000;
        send(packet(Type.DATA, nobodys, 9, 8), (byte) 1);
        List<Type> answers = new ArrayList<>();
        while (true) {
            UtpPacket answer = receive();
            if (answer.type() == Type.RESET && answer.connectionId() == nobodys) {
                return answers;
            }
            answers.add(answer.type());
        }
    }

    @Test
    void aPacketOfNoConnectionIsAnsweredWithAReset() throws Exception {
        send(packet(Type.DATA, 4_242, 9, 8), (byte) 1);
        UtpPacket reset = receive();
        assertEquals(Type.RESET, reset.type());
        assertEquals(4_242, reset.connectionId());
        assertEquals(9, reset.ack());
    }

    @Test
    void dialledWhereNobodySpeaksUtpTheAttemptTimesOut() {
        var connecting = new Bootstrap()
                .group(loops.next())
                .channelFactory(socket::newChannel)
                .option(io.netty.channel.ChannelOption.CONNECT_TIMEOUT_MILLIS, 200)
                .handler(new Collector())
                .connect(stranger.getLocalSocketAddress())
                .awaitUninterruptibly();
        assertFalse(connecting.isSuccess());
        // Netty closes the channel after it has told of the failure.
        connecting.channel().closeFuture().awaitUninterruptibly();
    }
}
