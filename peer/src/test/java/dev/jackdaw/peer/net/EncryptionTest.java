package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.PeerStatus;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionConfig.Encryption;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.net.mse.CryptoMethod;
import dev.jackdaw.peer.net.mse.MseHandshake;
import dev.jackdaw.peer.net.mse.MseSession;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import dev.jackdaw.protocol.wire.ReservedBits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Message stream encryption between sessions, and against raw sockets.
class EncryptionTest {
    private static final int UNCHOKE = 1;

    @TempDir
    Path root;

    private Swarm swarm;

    @BeforeEach
    void makeContent() throws Exception {
        swarm = new Swarm(root);
    }

    @ParameterizedTest
    @CsvSource({
        "REQUIRE, REQUIRE, true",
        "REQUIRE, OFF, true",
        "REQUIRE, PREFER, true",
        "PREFER, PREFER, true",
        "PREFER, OFF, false", // the seeder chooses what is cheaper
        "OFF, PREFER, false",
        "OFF, REQUIRE, true" // at the second attempt
    })
    void downloads(Encryption leecher, Encryption seeder, boolean encrypted) throws Exception {
        Path directory = swarm.directory("leech");
        try (Session from = Swarm.session(config -> config.encryption(seeder).maxUploadRate(20_000));
                Session to = session(leecher)) {
            Torrent seeding = swarm.seed(from);
            Torrent torrent = to.add(swarm.magnet(), Swarm.from(from, directory));
            torrent.awaitMetadata(Swarm.SOON); // so that they talk; the rest would take minutes

            for (Torrent side : List.of(torrent, seeding)) {
                List<PeerStatus> peers = side.peers();
                assertEquals(1, peers.size());
                String flags = peers.getFirst().flags();
                assertEquals(encrypted, flags.contains("E"), flags);
            }
            from.setRateLimits(0, 0);
            torrent.awaitComplete(Swarm.SOON);
        }
        assertTrue(swarm.isWhole(directory));
    }

    @Test
    void prefersAndDialsAgainWhenThePeerSpeaksPlainOnly() throws Exception {
        try (ServerSocket peer = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Session session = session(Encryption.PREFER)) {
            dial(session, peer);
            try (Socket encrypted = peer.accept()) {
                assertFalse(startsPlain(encrypted));
            }
            try (Socket plain = peer.accept()) {
                assertTrue(startsPlain(plain));
            }
        }
    }

    @Test
    void dialsAgainWhenTheAnswerMakesNoSense() throws Exception {
        try (ServerSocket peer = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Session session = session(Encryption.PREFER)) {
            dial(session, peer);
            try (Socket encrypted = peer.accept()) {
                encrypted.getOutputStream().write(garbage(1000));
                try (Socket plain = peer.accept()) {
                    assertTrue(startsPlain(plain));
                }
            }
        }
    }

    @Test
    void dialsEncryptedOnceWhoHangsUpOnAPlainHandshake() throws Exception {
        try (ServerSocket peer = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Session session = session(Encryption.OFF)) {
            dial(session, peer);
            try (Socket plain = peer.accept()) {
                assertTrue(startsPlain(plain));
            }
            try (Socket encrypted = peer.accept()) {
                assertFalse(startsPlain(encrypted));
            }
            peer.setSoTimeout(500); // the engine waits longer before it tries a failed address again
            assertThrows(java.net.SocketTimeoutException.class, peer::accept);
        }
    }

    @Test
    void neverDialsPlainWhenEncryptionIsRequired() throws Exception {
        try (ServerSocket peer = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Session session = session(Encryption.REQUIRE)) {
            Torrent torrent = dial(session, peer);
            try (Socket encrypted = peer.accept()) {
                assertFalse(startsPlain(encrypted));
            }
            torrent.addPeers(List.of(address(peer))); // perhaps dialled again before, by the engine
            peer.setSoTimeout(500);
            try (Socket again = peer.accept()) {
                assertFalse(startsPlain(again));
            } catch (java.net.SocketTimeoutException e) {
                // the engine waits before it tries a failed address again
            }
        }
    }

    @Test
    void refusesPlainWhenEncryptionIsRequired() throws Exception {
        try (Session session = session(Encryption.REQUIRE);
                Socket peer = seedAndConnect(session)) {
            peer.getOutputStream().write(ours());

            assertClosed(peer);
        }
    }

    @Test
    void refusesAPlainStreamBehindAHiddenHandshakeWhenEncryptionIsRequired() throws Exception {
        try (Session session = session(Encryption.REQUIRE);
                Socket peer = seedAndConnect(session)) {
            RawInitiator initiator = new RawInitiator(peer, infoHash(), Set.of(CryptoMethod.PLAINTEXT), 1 << 20);

            assertEquals(-1, initiator.readToEnd());
        }
    }

    @Test
    void refusesWhoMeansATorrentThatIsNotHereAnyMore() throws Exception {
        try (Session session = session(Encryption.OFF);
                Socket peer = seedAndConnect(session)) {
            session.remove(infoHash(), false);
            RawInitiator initiator = new RawInitiator(peer, infoHash(), Set.of(CryptoMethod.RC4), 1 << 20);

            assertEquals(-1, initiator.readToEnd());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {96, 628, 700, 5000})
    void closesAfterGarbage(int length) throws Exception {
        try (Session session = session(Encryption.PREFER);
                Socket peer = seedAndConnect(session)) {
            peer.getOutputStream().write(garbage(length));
            peer.shutdownOutput();

            assertClosed(peer);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, RC4", "7, RC4", "95, RC4", "96, RC4", "97, RC4", "5000, RC4", "1, PLAINTEXT", "5000, PLAINTEXT"})
    void losesNothingOfAHandshakeInParts(int chunk, CryptoMethod method) throws Exception {
        try (Session session = session(Encryption.OFF);
                Socket peer = seedAndConnect(session)) {
            RawInitiator initiator = new RawInitiator(peer, infoHash(), Set.of(method), chunk);
            MseSession stream = initiator.shakeHands();

            byte[] answer = initiator.read(stream, Handshake.LENGTH);
            assertArrayEquals(infoHash().toBytes(), Arrays.copyOfRange(answer, 28, 48));

            // our interest travelled with the handshake: it is answered
            int seen;
            do {
                int length = Unpooled.wrappedBuffer(initiator.read(stream, 4)).readInt();
                seen = length == 0 ? -1 : initiator.read(stream, length)[0];
            } while (seen != UNCHOKE);
        }
    }

    @Test
    void boundsKeyExchanges() {
        AtomicLong now = new AtomicLong();
        StreamEncryption encryption = new StreamEncryption(Encryption.OFF, new Random(1), now::get);
        for (int i = 0; i < StreamEncryption.MAX_KEY_EXCHANGES_PER_SECOND; i++) {
            assertTrue(encryption.mayExchangeKeys());
        }
        assertFalse(encryption.mayExchangeKeys());

        now.addAndGet(1_000_000_000);
        assertTrue(encryption.mayExchangeKeys());
    }

    private static Session session(Encryption encryption) {
        return Swarm.session(config -> config.encryption(encryption));
    }

    private InfoHash infoHash() {
        return swarm.metainfo.info().infoHash();
    }

    private Torrent dial(Session session, ServerSocket peer) throws IOException {
        return session.add(
                swarm.file(),
                AddOptions.builder(swarm.directory("leech"))
                        .peers(List.of(address(peer)))
                        .build());
    }

    private static PeerAddress address(ServerSocket peer) {
        return PeerAddress.of(new InetSocketAddress(peer.getInetAddress(), peer.getLocalPort()));
    }

    private Socket seedAndConnect(Session session) throws Exception {
        swarm.seed(session);
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), session.status().port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private byte[] ours() {
        return bytes(ourHandshake());
    }

    private ByteBuf ourHandshake() {
        ByteBuf out = Unpooled.buffer();
        new Handshake(ReservedBits.ours(false), infoHash(), PeerId.random("-XX0001-", new Random(3))).encode(out);
        return out;
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static byte[] garbage(int length) {
        byte[] garbage = new byte[length];
        new Random(2).nextBytes(garbage);
        return garbage;
    }

    private static boolean startsPlain(Socket socket) throws IOException {
        byte[] first = socket.getInputStream().readNBytes(Handshake.PREFIX_LENGTH);
        assertEquals(Handshake.PREFIX_LENGTH, first.length);
        return MseHandshake.isPlain(Unpooled.wrappedBuffer(first)).orElseThrow();
    }

    private static void assertClosed(Socket peer) throws IOException {
        try {
            while (peer.getInputStream().read() >= 0) {
                // a key, perhaps
            }
        } catch (SocketException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("reset"), e.toString());
        }
    }

    /// The dialling side on a raw socket, writing in pieces of `chunk` bytes; its first payload is a handshake and our
    /// interest.
    private final class RawInitiator {
        private final Socket socket;
        private final MseHandshake handshake;
        private final int chunk;
        private final ByteBuf in = Unpooled.buffer();

        RawInitiator(Socket socket, InfoHash infoHash, Set<CryptoMethod> offer, int chunk) {
            this.socket = socket;
            this.chunk = chunk;
            ByteBuf payload = ourHandshake();
            PeerMessageEncoder.encode(new PeerMessage.Interested(), payload);
            this.handshake = MseHandshake.initiator(infoHash, offer, bytes(payload), new Random(chunk));
        }

        MseSession shakeHands() throws Exception {
            ByteBuf out = Unpooled.buffer();
            handshake.begin(out);
            write(out);
            while (handshake.session().isEmpty()) {
                receive();
                handshake.receive(in, out);
                write(out);
            }
            MseSession session = handshake.session().get();
            session.decrypt(in);
            return session;
        }

        private void write(ByteBuf out) throws IOException {
            while (out.isReadable()) {
                out.readBytes(socket.getOutputStream(), Math.min(chunk, out.readableBytes()));
                socket.getOutputStream().flush();
            }
        }

        private void receive() throws IOException {
            int first = socket.getInputStream().read();
            if (first < 0) {
                throw new java.io.EOFException();
            }
            in.writeByte(first);
        }

        byte[] read(MseSession session, int count) throws IOException {
            while (in.readableBytes() < count) {
                receive();
                session.decrypt(in.slice(in.writerIndex() - 1, 1));
            }
            byte[] bytes = new byte[count];
            in.readBytes(bytes);
            return bytes;
        }

        /// What remains of the connection after its key: nothing.
        int readToEnd() throws Exception {
            try {
                shakeHands();
            } catch (java.io.EOFException e) {
                return -1;
            } catch (SocketException e) {
                return -1;
            }
            InputStream stream = socket.getInputStream();
            return stream.read();
        }
    }
}
