package dev.jackdaw.tracker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/// Datagrams moved one at a time, as every system can.
final class PortableDatagrams implements DatagramBatch {
    private static final System.Logger LOG = System.getLogger(PortableDatagrams.class.getName());

    private final DatagramChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_REQUEST);
    private final ByteBuffer out = ByteBuffer.allocateDirect(MAX_REPLY);
    private InetSocketAddress source = new InetSocketAddress(0);
    private int replyLength;

    PortableDatagrams(InetSocketAddress address) throws IOException {
        selector = Selector.open();
        channel = DatagramChannel.open();
        try {
            channel.bind(address);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public int receive() {
        try {
            in.clear();
            SocketAddress from = channel.receive(in);
            if (from == null) {
                selector.select(WAIT_MILLIS);
                selector.selectedKeys().clear();
                from = channel.receive(in);
            }
            if (from instanceof InetSocketAddress internet) {
                source = internet;
                return 1;
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "UDP socket", e); // errors of a UDP socket are about single datagrams
        }
        return 0;
    }

    @Override
    public ByteBuffer in() {
        return in;
    }

    @Override
    public int start(int index) {
        return 0;
    }

    @Override
    public int length(int index) {
        return in.position();
    }

    @Override
    public boolean source(int index, Announcement announcement) {
        announcement.source(source.getAddress());
        return source.getPort() != 0;
    }

    @Override
    public ByteBuffer out() {
        return out;
    }

    @Override
    public int room() {
        return 0;
    }

    @Override
    public void reply(int index, int length) {
        replyLength = length;
    }

    @Override
    public void send() {
        if (replyLength == 0) {
            return;
        }
        try {
            channel.send(out.clear().limit(replyLength), source);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "UDP answer", e);
        }
        out.clear();
        replyLength = 0;
    }

    @Override
    public int port() {
        return channel.socket().getLocalPort();
    }

    @Override
    public void close() {
        try {
            channel.close();
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a UDP socket", e);
        }
    }
}
