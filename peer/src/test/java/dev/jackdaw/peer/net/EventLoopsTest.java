package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
    private static final ChannelOption<Integer> TCP_MAXSEG = new IntegerUnixChannelOption("TCP_MAXSEG", 6, 2);

    @Test
    void aNarrowedSocketLetsInConnectionsWithShortSegments() throws Exception {
        assumeTrue(Epoll.isAvailable());
        try (EventLoops loops = EventLoops.open(1)) {
            var accepted = new LinkedBlockingQueue<Channel>();
            Channel listening = loops.listening()
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            accepted.add(channel);
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            int port = ((InetSocketAddress) listening.localAddress()).getPort();

            int before = segment(port, accepted);
            loops.narrow(listening);
            loops.narrow(listening); // again, while it is
            loops.first().submit(() -> {}).sync();
            int after = segment(port, accepted);

            assertTrue(before > EventLoops.NARROW_SEGMENT, () -> before + " bytes, over loopback");
            assertTrue(after <= EventLoops.NARROW_SEGMENT, () -> after + " bytes");
        }
    }

    private static int segment(int port, LinkedBlockingQueue<Channel> accepted) throws Exception {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Channel channel = accepted.take();
            int bytes = channel.eventLoop()
                    .submit(() -> channel.config().getOption(TCP_MAXSEG))
                    .get();
            channel.close().sync();
            return bytes;
        }
    }
}
