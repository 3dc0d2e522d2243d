package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.MessageId;
import dev.jackdaw.protocol.wire.MetadataMessage;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A peer on a port of this host that has everything and serves it; what differs in a subclass is its vice.
///
/// Each connection has two virtual threads, one that reads and one that sends what was asked for, at the peer's
/// rate.
class ScriptedPeer implements AutoCloseable {
    /// The id under which it takes `ut_metadata` messages.
    static final int METADATA_ID = 3;

    final HostileTorrent torrent;
    /// Bytes of block messages that were written.
    final AtomicLong blockBytes = new AtomicLong();
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();

    private final String name;
    private final ServerSocket server;
    private final Set<Talk> talks = ConcurrentHashMap.newKeySet();
    private final AtomicLong sendsAt = new AtomicLong(System.nanoTime());
    private volatile long bytesPerSecond = Long.MAX_VALUE;
    private volatile boolean closed;

    ScriptedPeer(String name, HostileTorrent torrent) {
        this.name = name;
        this.torrent = torrent;
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    ScriptedPeer bytesPerSecond(long rate) {
        bytesPerSecond = rate;
        return this;
    }

    PeerAddress address() {
        return PeerAddress.of((InetSocketAddress) server.getLocalSocketAddress());
    }

    /// Dials that port of this host, and again a moment after each connection that ends, as another peer.
    ScriptedPeer dialling(int port) {
        Thread.ofVirtual().start(() -> {
            while (!closed) {
                try {
                    converse(new Socket(InetAddress.getLoopbackAddress(), port), true);
                    Thread.sleep(50);
                } catch (IOException _) {
                    // refused or reset: once more
                } catch (InterruptedException _) {
                    return;
                }
            }
        });
        return this;
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException _) {
            // it is gone either way
        }
        talks.forEach(talk -> talk.wire.close());
    }

    // ---- what a vice overrides

    ReservedBits reserved() {
        return ReservedBits.ours(false);
    }

    /// The handshakes are done.
    void greet(Talk talk) throws IOException {
        talk.wire.write(
                Wire.extensionHandshake(
                        "d1:md11:ut_metadatai" + METADATA_ID + "ee13:metadata_sizei" + metadataSize() + "ee"),
                Wire.frame(MessageId.HAVE_ALL));
    }

    int metadataSize() {
        return torrent.info().length;
    }

    void interested(Talk talk) throws IOException {
        talk.wire.write(Wire.frame(MessageId.UNCHOKE));
    }

    /// A request has come to the head of the queue.
    void requested(Talk talk, Wire.Frame request) throws IOException, InterruptedException {
        int piece = request.integer(0);
        int begin = request.integer(1);
        talk.sendBlock(piece, begin, torrent.block(piece, begin, request.integer(2)));
    }

    /// The other side wants a piece of the info dictionary.
    void metadataRequested(Talk talk, int piece) throws IOException, InterruptedException {
        int from = piece * MetadataMessage.PIECE_LENGTH;
        byte[] info = torrent.info();
        byte[] data = java.util.Arrays.copyOfRange(info, from, Math.min(info.length, from + (16 << 10)));
        talk.sendMetadata(new MetadataMessage.Data(piece, info.length, data).write());
    }

    // ---- connections

    /// One connection of the peer.
    final class Talk {
        final Wire wire;
        private final LinkedBlockingQueue<Wire.Frame> requests = new LinkedBlockingQueue<>();
        /// The id under which the other side takes `ut_metadata`.
        private volatile int theirMetadataId;

        private Talk(Wire wire) {
            this.wire = wire;
        }

        /// Sends a block when the peer's rate allows it.
        void sendBlock(int piece, int begin, byte[] data) throws IOException, InterruptedException {
            byte[] message = Wire.block(piece, begin, data);
            pause(message.length);
            wire.write(message);
            blockBytes.addAndGet(message.length);
        }

        void sendMetadata(byte[] payload) throws IOException, InterruptedException {
            pause(payload.length);
            wire.write(Wire.extended(theirMetadataId, payload));
        }

        private void pause(int bytes) throws InterruptedException {
            if (bytesPerSecond == Long.MAX_VALUE) {
                return;
            }
            long nanos = bytes * 1_000_000_000L / bytesPerSecond;
            long at = sendsAt.accumulateAndGet(nanos, (last, cost) -> Math.max(last, System.nanoTime()) + cost);
            long wait = at - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
            }
        }

        private void received(Wire.Frame frame) throws IOException {
            switch (frame.id()) {
                case MessageId.INTERESTED -> interested(this);
                case MessageId.REQUEST -> requests.add(frame);
                case MessageId.CANCEL ->
                    requests.removeIf(request -> java.util.Arrays.equals(request.payload(), frame.payload()));
                case MessageId.EXTENDED -> {
                    if (frame.payload()[0] == 0) {
                        learn(new String(frame.payload(), StandardCharsets.ISO_8859_1));
                    } else if (frame.payload()[0] == METADATA_ID) {
                        requests.add(frame);
                    }
                }
                default -> {} // nothing to a peer that only gives
            }
        }

        private void learn(String handshake) {
            String key = "11:ut_metadatai";
            int at = handshake.indexOf(key);
            if (at >= 0) {
                int from = at + key.length();
                theirMetadataId = Integer.parseInt(handshake.substring(from, handshake.indexOf('e', from)));
            }
        }

        private void answerAll() {
            try {
                while (!closed) {
                    Wire.Frame frame = requests.take();
                    if (frame.id() == MessageId.REQUEST) {
                        requested(this, frame);
                    } else if (frame.id() == MessageId.EXTENDED) {
                        String text = new String(frame.payload(), StandardCharsets.ISO_8859_1);
                        int from = text.indexOf("5:piecei") + "5:piecei".length();
                        metadataRequested(this, Integer.parseInt(text.substring(from, text.indexOf('e', from))));
                    } else {
                        return;
                    }
                }
            } catch (IOException | InterruptedException _) {
                wire.close();
            }
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> converse(socket, false));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void converse(Socket socket, boolean dialled) {
        try (Wire wire = new Wire(socket)) {
            connections.incrementAndGet();
            open.incrementAndGet();
            Talk talk = new Talk(wire);
            talks.add(talk);
            try {
                byte[] ours = Wire.handshake(
                        torrent.infoHash(), PeerId.random("-XX0001-", new Random(System.nanoTime())), reserved());
                if (dialled) {
                    wire.write(ours);
                    wire.readHandshake();
                } else {
                    wire.readHandshake();
                    wire.write(ours);
                }
                greet(talk);
                Thread.ofVirtual().start(talk::answerAll);
                while (!closed) {
                    talk.received(wire.read());
                }
            } finally {
                open.decrementAndGet();
                talks.remove(talk);
                talk.requests.add(new Wire.Frame(-1, new byte[0]));
            }
        } catch (IOException _) {
            // the other side has had enough
        }
    }
}
