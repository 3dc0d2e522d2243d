package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import dev.jackdaw.peer.engine.TorrentEvent.QuotaGranted;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class QuotaBrokerTest {
    private static final int ROUNDS_A_SECOND = (int) (1000 / QuotaBroker.ROUND_MILLIS);
    private static final long LIMIT = 1_000_000;

    private final QuotaBroker broker = new QuotaBroker(Direction.UPLOAD, new EmbeddedChannel().eventLoop());

    /// Uses as much as it is granted, up to its own speed.
    private static final class FakeTorrent implements QuotaBroker.Account {
        private final long bytesARound;
        private long balance;
        private long used;
        private boolean unlimited = true;

        FakeTorrent(long bytesPerSecond) {
            this.bytesARound = bytesPerSecond / ROUNDS_A_SECOND;
        }

        void transfer() {
            long bytes = Math.min(balance, bytesARound);
            balance -= bytes;
            used += bytes;
        }

        @Override
        public long used() {
            return used;
        }

        @Override
        public void grant(QuotaGranted quota) {
            unlimited = quota.bytes() == Long.MAX_VALUE;
            balance += unlimited ? 0 : quota.bytes();
        }
    }

    private void run(int seconds, FakeTorrent... torrents) {
        for (int i = 0; i < seconds * ROUNDS_A_SECOND; i++) {
            broker.round();
            for (FakeTorrent torrent : torrents) {
                torrent.transfer();
            }
        }
    }

    @Test
    void givesOneBusyTorrentTheWholeLimitWhateverTheNumberOfIdleOnes() {
        FakeTorrent busy = new FakeTorrent(10 * LIMIT);
        broker.setLimit(LIMIT);
        broker.add(busy);
        for (int i = 0; i < 100; i++) {
            broker.add(new FakeTorrent(0));
        }

        run(10, busy);
        long before = busy.used;
        run(10, busy);

        assertEquals(10 * LIMIT, busy.used - before, LIMIT / 10.0);
    }

    @Test
    void sharesEvenlyAndGivesOnWhatASlowOneLeaves() {
        FakeTorrent slow = new FakeTorrent(LIMIT / 10);
        FakeTorrent fast = new FakeTorrent(10 * LIMIT);
        FakeTorrent faster = new FakeTorrent(10 * LIMIT);
        broker.setLimit(LIMIT);
        broker.add(slow);
        broker.add(fast);
        broker.add(faster);

        run(20, slow, fast, faster);

        assertEquals(20 * LIMIT / 10, slow.used, LIMIT / 5.0);
        assertEquals(20 * LIMIT * 0.45, fast.used, LIMIT / 2.0);
        assertEquals(fast.used, faster.used, LIMIT / 10.0);
        assertTrue(slow.used + fast.used + faster.used <= 20 * LIMIT);
    }

    @Test
    void liftsTheLimit() {
        FakeTorrent torrent = new FakeTorrent(LIMIT);
        broker.setLimit(LIMIT);
        broker.add(torrent);
        assertEquals(false, torrent.unlimited);

        broker.setLimit(0);

        assertEquals(true, torrent.unlimited);
    }
}
