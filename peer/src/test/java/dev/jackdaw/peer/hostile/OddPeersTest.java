package dev.jackdaw.peer.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.MessageId;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers that are odd before they say a word, or send others: under ids that are not theirs, with encrypted handshakes
/// that never end, as datagrams, or with a victim in mind. Meanwhile the seed serves a good peer.
class OddPeersTest {
    private static final long MAX_GROWTH = 64L << 20;
    private static final int KEY_LENGTH = 96;
    private static final int LISTEN_PORT = 9;

    @TempDir
    Path root;

    private HostileTorrent torrent;
    private Target seed;
    private Target.Footprint before;
    private final Random random = new Random(7);
    private final List<Socket> open = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        torrent = HostileTorrent.of(root, 1 << 20, 64 << 10);
        seed = Target.seeding(torrent);
        assertServes();
        before = seed.footprint();
    }

    @AfterEach
    void end() throws Exception {
        for (Socket socket : open) {
            socket.close();
        }
        seed.close();
    }

    @Test
    void peersUnderTheSeedsOwnIdAreTurnedAway() throws Exception {
        PeerId own;
        try (Wire wire = Wire.greet(seed.port(), torrent.infoHash())) {
            wire.write(Wire.handshake(torrent.infoHash()));
        }
        try (Wire wire = Wire.dial(seed.port())) {
            wire.write(Wire.handshake(torrent.infoHash()));
            byte[] theirs = wire.readHandshake();
            own = PeerId.of(Arrays.copyOfRange(theirs, theirs.length - 20, theirs.length));
        }
        for (int i = 0; i < 200; i++) {
            Wire wire = Wire.dial(seed.port());
            wire.write(Wire.handshake(torrent.infoHash(), own, ReservedBits.ours(false)));
            assertTrue(wire.isClosedWithin(Wire.PATIENCE), "it is itself");
            wire.close();
        }

        assertServes();
        assertSettles();
    }

    @Test
    void manyConnectionsUnderOneIdDoNotPushOutThePeerWhoseIdItIs() throws Exception {
        PeerId id = PeerId.random("-XX0001-", random);
        try (Wire honest = Wire.dial(seed.port())) {
            honest.write(Wire.handshake(torrent.infoHash(), id, ReservedBits.ours(false)));
            honest.readHandshake();
            honest.write(Wire.frame(MessageId.INTERESTED));
            assertTrue(honest.await(MessageId.UNCHOKE, Wire.PATIENCE).isPresent());
            for (int i = 0; i < 200; i++) {
                try (Wire twin = Wire.dial(seed.port())) {
                    twin.write(Wire.handshake(torrent.infoHash(), id, ReservedBits.ours(false)));
                    twin.write(Wire.frame(MessageId.INTERESTED), Wire.frame(MessageId.REQUEST, 0, 0, 16 << 10));
                } catch (SocketException _) {
                    // closed in the middle of it, as it may be
                }
            }

            honest.write(Wire.frame(MessageId.REQUEST, 1, 0, 16 << 10));
            assertTrue(honest.await(MessageId.PIECE, Wire.PATIENCE).isPresent(), "the first one stays");
        }
        assertServes();
        assertSettles();
    }

    /// Beyond the key exchange lies at most 512 bytes of padding.
    @Test
    void encryptedHandshakesThatNeverEndKeepNobodyOut() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            Socket socket = dial(i);
            byte[] key = new byte[KEY_LENGTH + (i % 3 == 0 ? 10_000 : i % 3 == 1 ? 300 : 0)];
            random.nextBytes(key);
            try {
                socket.getOutputStream().write(key);
            } catch (IOException _) {
                // closed again, as it may be
            }
        }

        assertServes();
        assertGrowsLittle();
    }

    @Test
    void aFloodOfUtpSynsKeepsNobodyOut() throws Exception {
        for (int port = 0; port < 20; port++) {
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByAddress(local(port)))) {
                for (int i = 0; i < 5_000; i++) {
                    send(socket, utp(4, i, 1 + i, 0, new byte[0]));
                }
            }
        }

        assertServes();
        assertGrowsLittle();
    }

    @Test
    void utpPacketsOfNoConnectionAreHardlyAnswered() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] data = new byte[1_000];
            for (int i = 0; i < 20_000; i++) {
                send(socket, utp(i % 3, i, i, i, i % 3 == 2 ? new byte[0] : data));
            }
            assertTrue(count(socket, Duration.ofMillis(500)) <= 1_000, "nobody is a reflector");
        }
        assertServes();
        assertGrowsLittle();
    }

    /// Everyone may ask for a holepunch; who is named need not know of it.
    @Test
    void holepunchesDoNotFloodAVictim() throws Exception {
        try (DatagramSocket victim = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            victim.setReceiveBufferSize(4 << 20);
            ByteBuffer connect = ByteBuffer.allocate(12)
                    .put((byte) 1)
                    .put((byte) 0)
                    .put(local(0))
                    .putShort((short) victim.getLocalPort())
                    .putInt(0);
            List<Wire> attackers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Wire wire = Wire.greet(seed.port(), torrent.infoHash());
                attackers.add(wire);
                wire.write(Wire.extensionHandshake("d1:md12:ut_holepunchi4ee1:pi" + LISTEN_PORT + "ee"));
                for (int message = 0; message < 2_000; message++) {
                    wire.write(Wire.extended(WireAttacks.localId(Wire.HOLEPUNCH_NAME), connect.array()));
                }
            }

            assertServes();
            assertTrue(count(victim, Duration.ofSeconds(3)) <= 10, "20,000 messages");
            attackers.forEach(Wire::close);
        }
        assertSettles();
    }

    private Socket dial(int number) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(local(number / 500)), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), seed.port()), 10_000);
        return socket;
    }

    private static byte[] local(int number) {
        return new byte[] {127, 0, 0, (byte) (1 + number)};
    }

    private void send(DatagramSocket from, byte[] datagram) throws IOException {
        from.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), seed.port()));
    }

    /// How many datagrams come until none has for that long.
    private static int count(DatagramSocket socket, Duration silence) throws IOException {
        socket.setSoTimeout((int) silence.toMillis());
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        int count = 0;
        try {
            while (count < 100_000) {
                socket.receive(packet);
                count++;
            }
        } catch (SocketTimeoutException _) {
            // no more
        }
        return count;
    }

    /// A packet of version 1 (BEP 29).
    private static byte[] utp(int type, int connection, int sequence, int ack, byte[] payload) {
        return ByteBuffer.allocate(20 + payload.length)
                .put((byte) (type << 4 | 1))
                .put((byte) 0)
                .putShort((short) connection)
                .putInt(0)
                .putInt(0)
                .putInt(1 << 20)
                .putShort((short) sequence)
                .putShort((short) ack)
                .put(payload)
                .array();
    }

    private void assertServes() throws IOException {
        try (Wire good = Wire.greet(seed.port(), torrent.infoHash())) {
            good.write(Wire.frame(MessageId.INTERESTED));
            assertTrue(good.await(MessageId.UNCHOKE, Wire.PATIENCE).isPresent(), "choked");
            good.write(Wire.frame(MessageId.REQUEST, 1, 0, 16 << 10));
            Wire.Frame piece = good.await(MessageId.PIECE, Wire.PATIENCE).orElseThrow();
            assertEquals(1, piece.integer(0));
            byte[] payload = piece.payload();
            assertTrue(Arrays.equals(torrent.block(1, 0, 16 << 10), Arrays.copyOfRange(payload, 8, payload.length)));
        }
    }

    private void assertGrowsLittle() throws Exception {
        Target.Footprint now = seed.footprint();
        System.out.println("before: " + before + "; after: " + now);
        assertTrue(now.memoryBytes() - before.memoryBytes() <= MAX_GROWTH, now::toString);
    }

    private void assertSettles() throws Exception {
        assertGrowsLittle();
        long deadline = System.nanoTime() + Wire.PATIENCE.toNanos();
        while (seed.footprint().descriptors() > before.descriptors() + 8) {
            assertTrue(System.nanoTime() < deadline, () -> "descriptors do not return, there were " + before);
            Thread.sleep(200);
        }
    }
}
