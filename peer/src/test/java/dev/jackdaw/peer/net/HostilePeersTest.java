package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import dev.jackdaw.protocol.wire.ReservedBits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Raw sockets against a session that seeds.
class HostilePeersTest {
    @TempDir
    Path root;

    private Swarm swarm;
    private Session session;
    private Torrent torrent;

    @BeforeEach
    void seed() throws Exception {
        swarm = new Swarm(root);
        session = Swarm.session();
        torrent = swarm.seed(session);
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void closesAfterGarbage() throws Exception {
        try (Socket peer = connect()) {
            byte[] garbage = new byte[1000];
            new Random(2).nextBytes(garbage);
            peer.getOutputStream().write(garbage);

            assertClosed(peer);
        }
        assertServesOthers();
    }

    @Test
    void closesWhenTheTorrentIsNotHere() throws Exception {
        try (Socket peer = connect()) {
            peer.getOutputStream().write(handshake(InfoHash.ofHex("00".repeat(20))));

            assertClosed(peer);
        }
    }

    @Test
    void closesWhenAFrameIsHuge() throws Exception {
        try (Socket peer = connect()) {
            peer.getOutputStream().write(handshake(torrent.infoHash()));
            peer.getOutputStream().write(new byte[] {0x7f, -1, -1, -1, 7});

            assertClosed(peer);
        }
        assertServesOthers();
    }

    @Test
    void closesWhenARequestLiesOutsideTheTorrent() throws Exception {
        try (Socket peer = connect()) {
            peer.getOutputStream().write(handshake(torrent.infoHash()));
            peer.getOutputStream().write(frames(new PeerMessage.Have(Integer.MAX_VALUE)));

            assertClosed(peer);
        }
        assertTrue(torrent.status().state() instanceof TorrentState.Seeding);
    }

    @Test
    void answersBeforeThePeerSaysItsId() throws Exception {
        try (Socket peer = connect()) {
            peer.getOutputStream().write(handshake(torrent.infoHash()), 0, 48);

            byte[] answer = new DataInputStream(peer.getInputStream()).readNBytes(Handshake.LENGTH);

            assertEquals(Handshake.LENGTH, answer.length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 47, 48, 67, 68, 69, 72, 77})
    void losesNothingOfWhatFollowsTheHandshakeAtOnce(int split) throws Exception {
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(handshake(torrent.infoHash()));
        out.writeBytes(frames(new PeerMessage.Interested(), new PeerMessage.KeepAlive()));
        byte[] bytes = bytes(out);
        try (Socket peer = connect()) {
            peer.setTcpNoDelay(true);
            peer.getOutputStream().write(bytes, 0, split);
            peer.getOutputStream().flush();
            peer.getOutputStream().write(bytes, split, bytes.length - split);

            DataInputStream in = new DataInputStream(peer.getInputStream());
            in.readNBytes(Handshake.LENGTH);
            awaitMessage(in, 1); // unchoke: our interest has arrived

            peer.getOutputStream().write(frames(new PeerMessage.Request(new BlockRequest(0, 0, 1000))));
            int length = awaitMessage(in, 7);
            assertEquals(9 + 1000, length);
        }
    }

    @Test
    void letsAGoodPeerInWhileManyAreSilent() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < PeerAcceptor.MAX_PENDING + 200; i++) {
                silent.add(connect());
            }

            assertServesOthers();
            assertTrue(session.status().connections() <= PeerAcceptor.MAX_PENDING + 2);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void holdsLittleForAPeerThatAsksAndDoesNotRead() throws Exception {
        int blocks = (int) (swarm.metainfo.info().layout().totalLength() / 16384) - 1;
        ByteBuf requests = Unpooled.buffer();
        requests.writeBytes(handshake(torrent.infoHash()));
        requests.writeBytes(frames(new PeerMessage.Interested()));
        for (int round = 0; round < 20; round++) {
            for (int block = 0; block < blocks; block++) {
                PeerMessageEncoder.encode(
                        new PeerMessage.Request(new BlockRequest(block / 2, block % 2 * 16384, 16384)), requests);
            }
        }
        try (Socket peer = connect()) {
            peer.getOutputStream().write(bytes(requests));

            assertServesOthers();
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), session.status().port());
    }

    private static byte[] handshake(InfoHash infoHash) {
        ByteBuf out = Unpooled.buffer();
        new Handshake(ReservedBits.ours(false), infoHash, PeerId.random("-XX0001-", new Random())).encode(out);
        return bytes(out);
    }

    private static byte[] frames(PeerMessage... messages) {
        ByteBuf out = Unpooled.buffer();
        for (PeerMessage message : messages) {
            PeerMessageEncoder.encode(message, out);
        }
        return bytes(out);
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    /// Skips messages until one of that id; returns its length, id included.
    private static int awaitMessage(DataInputStream in, int id) throws IOException {
        while (true) {
            int length = in.readInt();
            if (length == 0) {
                continue;
            }
            int seen = in.readUnsignedByte();
            in.readNBytes(length - 1);
            if (seen == id) {
                return length;
            }
        }
    }

    private static void assertClosed(Socket peer) throws IOException {
        peer.setSoTimeout(10_000);
        try {
            while (peer.getInputStream().read() >= 0) {
                // what was sent before
            }
        } catch (java.net.SocketException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("reset"), e.toString());
        }
    }

    private void assertServesOthers() throws Exception {
        try (Session good = Swarm.session()) {
            good.add(swarm.file(), Swarm.from(session, swarm.directory("good"))).awaitComplete(Swarm.SOON);
        }
    }
}
