package dev.jackdaw.peer.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.MessageId;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Peers that say they want something of a seed and make no use of what they get, as many as a torrent has
/// connections for and five times as many, who come back when they are thrown out; and a good peer that comes
/// after them. That it is served within five seconds is shown in virtual time.
class SlotHoldersTest {
    private static final int BLOCK = 16 << 10;

    @TempDir
    Path root;

    /// What such a peer does once it is unchoked.
    enum Vice {
        ASKS_FOR_NOTHING,
        READS_NOTHING,
        TAKES_ONE_BLOCK
    }

    @ParameterizedTest
    @CsvSource({
        "80, ASKS_FOR_NOTHING",
        "400, ASKS_FOR_NOTHING",
        "80, READS_NOTHING",
        "400, READS_NOTHING",
        "80, TAKES_ONE_BLOCK",
        "400, TAKES_ONE_BLOCK"
    })
    void aGoodPeerHasItsFirstBlock(int count, Vice vice) throws Exception {
        HostileTorrent torrent = HostileTorrent.of(root, 8 << 20, 256 << 10);
        try (Target target = Target.seeding(torrent)) {
            int port = target.port();
            List<Holder> holders = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    holders.add(new Holder(torrent, port, vice, i));
                }
                TimeUnit.SECONDS.sleep(1); // the best time for them: all are new, and in
                long began = System.nanoTime();
                int refused = 0;

                while (!isServed(torrent, port, began)) {
                    refused++;
                    assertTrue(System.nanoTime() - began < Wire.PATIENCE.toNanos(), "not served");
                    TimeUnit.MILLISECONDS.sleep(200); // refused: once more, as clients do
                }

                System.out.printf(
                        "%d connections, %s: a good peer has its block after %d ms, refused %d times%n",
                        count, vice, (System.nanoTime() - began) / 1_000_000, refused);
            } finally {
                holders.forEach(Holder::close);
            }
        }
    }

    private static boolean isServed(HostileTorrent torrent, int port, long began) {
        Duration left = Wire.PATIENCE.minusNanos(System.nanoTime() - began);
        try (Wire good = Wire.dial(port)) {
            good.write(handshake(torrent, new Random(began)));
            good.readHandshake();
            good.write(Wire.frame(MessageId.INTERESTED));
            if (good.await(MessageId.UNCHOKE, left).isEmpty()) {
                return false;
            }
            good.write(Wire.frame(MessageId.REQUEST, 1, 0, BLOCK));
            return good.await(MessageId.PIECE, left).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /// Without the fast extension, so that nothing may be had while choked.
    private static byte[] handshake(HostileTorrent torrent, Random random) {
        return Wire.handshake(torrent.infoHash(), PeerId.random("-XX0001-", random), new ReservedBits(0));
    }

    /// One of the many, on a thread of its own.
    private static final class Holder implements AutoCloseable {
        private final HostileTorrent torrent;
        private final int port;
        private final Vice vice;
        private final Random random;
        private volatile boolean closed;
        private volatile Socket socket = new Socket();

        Holder(HostileTorrent torrent, int port, Vice vice, int number) {
            this.torrent = torrent;
            this.port = port;
            this.vice = vice;
            this.random = new Random(number);
            Thread.ofVirtual().start(this::run);
        }

        private void run() {
            while (!closed) {
                try (Socket mine = new Socket()) {
                    socket = mine;
                    mine.setReceiveBufferSize(8 << 10);
                    mine.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
                    converse(new Wire(mine));
                } catch (IOException _) {
                    // thrown out: once more
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(500);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }

        private void converse(Wire wire) throws IOException {
            wire.write(handshake(torrent, random));
            wire.readHandshake();
            wire.write(Wire.frame(MessageId.INTERESTED));
            while (true) {
                int id = wire.read().id();
                if (id == MessageId.UNCHOKE && vice == Vice.TAKES_ONE_BLOCK) {
                    wire.write(Wire.frame(MessageId.REQUEST, random.nextInt(torrent.pieces()), 0, BLOCK));
                } else if (id == MessageId.UNCHOKE && vice == Vice.READS_NOTHING) {
                    askForEverything(wire);
                    awaitEnd(wire);
                }
            }
        }

        private void askForEverything(Wire wire) throws IOException {
            for (int piece = 0; piece < torrent.pieces(); piece++) {
                for (int begin = 0; begin < torrent.pieceLength(); begin += BLOCK) {
                    wire.write(Wire.frame(MessageId.REQUEST, piece, begin, BLOCK));
                }
            }
        }

        /// Reads nothing, and learns from what it writes that the other side has closed.
        private void awaitEnd(Wire wire) throws IOException {
            while (true) {
                wire.write(new byte[4]);
                try {
                    TimeUnit.MILLISECONDS.sleep(200);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }

        @Override
        public void close() {
            closed = true;
            try {
                socket.close();
            } catch (IOException _) {
                // it is gone either way
            }
        }
    }
}
