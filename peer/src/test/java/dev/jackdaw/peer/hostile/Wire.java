package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.ExtensionHandshake;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.MessageId;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import dev.jackdaw.protocol.wire.ReservedBits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/// One end of a peer connection as bytes on a plain blocking socket: says whatever it is told to, however wrong.
///
/// Writing is safe from several threads; reading is for one.
final class Wire implements AutoCloseable {
    /// Ends a wait for what never comes. How soon something comes is told in virtual time: here it depends on the
    /// machine.
    static final Duration PATIENCE = Duration.ofSeconds(60);

    static final String METADATA_NAME = "ut_metadata";
    static final String PEX_NAME = "ut_pex";
    static final String DONT_HAVE_NAME = "lt_donthave";
    static final String HOLEPUNCH_NAME = "ut_holepunch";

    private static final Random IDS = new Random(1);

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /// A message as it came; `id` is -1 for a keep-alive.
    record Frame(int id, byte[] payload) {
        /// The integer at that index of the payload.
        int integer(int index) {
            return ByteBuffer.wrap(payload).getInt(4 * index);
        }
    }

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 << 10));
        out = socket.getOutputStream();
    }

    /// Connects to a port of this host.
    static Wire dial(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        return new Wire(socket);
    }

    /// Connects and exchanges handshakes, with a peer id of its own.
    static Wire greet(int port, InfoHash infoHash) throws IOException {
        Wire wire = dial(port);
        wire.write(handshake(infoHash));
        wire.readHandshake();
        return wire;
    }

    static byte[] handshake(InfoHash infoHash) {
        synchronized (IDS) {
            return handshake(infoHash, PeerId.random("-XX0001-", IDS), ReservedBits.ours(false));
        }
    }

    static byte[] handshake(InfoHash infoHash, PeerId id, ReservedBits reserved) {
        ByteBuf buffer = Unpooled.buffer(Handshake.LENGTH);
        new Handshake(reserved, infoHash, id).encode(buffer);
        return bytes(buffer);
    }

    static byte[] frames(PeerMessage... messages) {
        ByteBuf buffer = Unpooled.buffer();
        for (PeerMessage message : messages) {
            PeerMessageEncoder.encode(message, buffer);
        }
        return bytes(buffer);
    }

    /// A message of that id with the payload as it is.
    static byte[] frame(int id, byte... payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .putInt(1 + payload.length)
                .put((byte) id)
                .put(payload)
                .array();
    }

    /// A message whose payload is those integers.
    static byte[] frame(int id, int first, int... others) {
        ByteBuffer payload = ByteBuffer.allocate(4 + 4 * others.length).putInt(first);
        for (int other : others) {
            payload.putInt(other);
        }
        return frame(id, payload.array());
    }

    static byte[] block(int piece, int begin, byte[] data) {
        return frame(
                MessageId.PIECE,
                ByteBuffer.allocate(8 + data.length)
                        .putInt(piece)
                        .putInt(begin)
                        .put(data)
                        .array());
    }

    static byte[] extended(int id, byte[] payload) {
        return frame(
                MessageId.EXTENDED,
                ByteBuffer.allocate(1 + payload.length)
                        .put((byte) id)
                        .put(payload)
                        .array());
    }

    static byte[] extensionHandshake(String bencoded) {
        return extended(ExtensionHandshake.ID, bencoded.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    void write(byte[]... all) throws IOException {
        synchronized (out) {
            for (byte[] bytes : all) {
                out.write(bytes);
            }
            out.flush();
        }
    }

    byte[] readHandshake() throws IOException {
        byte[] handshake = new byte[Handshake.LENGTH];
        in.readFully(handshake);
        return handshake;
    }

    /// The next message.
    ///
    /// @throws EOFException if the other side has closed
    Frame read() throws IOException {
        int length = in.readInt();
        if (length == 0) {
            return new Frame(-1, new byte[0]);
        }
        int id = in.readUnsignedByte();
        byte[] payload = new byte[length - 1];
        in.readFully(payload);
        return new Frame(id, payload);
    }

    /// The next message of that id, within a time; empty if the connection ends or the time does.
    Optional<Frame> await(int id, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
                Frame frame = read();
                if (frame.id() == id) {
                    return Optional.of(frame);
                }
            }
        } catch (SocketTimeoutException | EOFException | java.net.SocketException e) {
            return Optional.empty();
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout(0);
            }
        }
    }

    /// Reads and forgets until the other side closes; says whether it did within the time.
    boolean isClosedWithin(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        byte[] some = new byte[64 << 10];
        try {
            while (true) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
                if (in.read(some) < 0) {
                    return true;
                }
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is gone either way
        }
    }
}
