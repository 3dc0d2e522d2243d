package dev.jackdaw.peer.net;

import dev.jackdaw.peer.engine.TorrentEvent.Direction;
import dev.jackdaw.peer.engine.TorrentEvent.QuotaGranted;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Deals the session's rate limit of one direction out to its torrents, a tenth of a second's worth at a time.
///
/// Each torrent has an account of what it was granted and has not used. At every round the round's bytes fill the
/// accounts evenly: those of torrents that transfer up to [#ROUNDS_AHEAD] rounds of the whole limit, those of idle ones
/// just enough to begin. So a torrent that uses all it gets has its even share of what the others leave. What nobody
/// has room for is lost: nothing is saved up for a burst. Thread-safe; rounds run on one loop.
final class QuotaBroker {
    /// A torrent's side.
    interface Account {
        /// Payload bytes that count against the limit, in all.
        long used();

        /// Leaves the event for the torrent's engine, which takes it later: the broker's lock is held.
        void grant(QuotaGranted quota);
    }

    static final long ROUND_MILLIS = 100;
    /// Enough for requests that are under way while the next round is waited for.
    static final int ROUNDS_AHEAD = 5;

    /// Rounds without a byte after which a torrent is idle.
    private static final int QUIET_ROUNDS = 10;
    /// What an idle torrent may hold: two blocks.
    private static final long IDLE_BYTES = 32 * 1024;

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Direction direction;
    private final EventLoop loop;
    private final Map<Account, Balance> balances = new HashMap<>();
    private long bytesPerSecond;
    private @Nullable Future<?> rounds;

    QuotaBroker(Direction direction, EventLoop loop) {
        this.direction = direction;
        this.loop = loop;
    }

    /// @param limit bytes per second, 0 for none
    synchronized void setLimit(long limit) {
        bytesPerSecond = limit;
        if (limit > 0 && rounds == null) {
            balances.forEach((account, balance) -> balance.begin(account.used()));
            rounds = loop.scheduleAtFixedRate(this::round, 0, ROUND_MILLIS, TimeUnit.MILLISECONDS);
        } else if (limit == 0 && rounds != null) {
            rounds.cancel(false);
            rounds = null;
            balances.keySet().forEach(account -> account.grant(new QuotaGranted(direction, NO_LIMIT)));
        }
    }

    synchronized void add(Account account) {
        Balance balance = new Balance();
        balance.begin(account.used());
        balances.put(account, balance);
        if (bytesPerSecond > 0) {
            account.grant(new QuotaGranted(direction, 0));
        }
    }

    synchronized void remove(Account account) {
        balances.remove(account);
    }

    /// Deals out one round's bytes.
    synchronized void round() {
        long round = Math.max(1, bytesPerSecond * ROUND_MILLIS / 1000);
        List<Map.Entry<Account, Balance>> open = new ArrayList<>();
        for (Map.Entry<Account, Balance> entry : balances.entrySet()) {
            if (entry.getValue().update(entry.getKey().used(), round) > 0) {
                open.add(entry);
            }
        }
        open.sort((a, b) -> Long.compare(a.getValue().room, b.getValue().room));
        long left = round;
        for (int i = 0; i < open.size(); i++) {
            Balance balance = open.get(i).getValue();
            long bytes = Math.min(balance.room, left / (open.size() - i));
            left -= bytes;
            balance.granted += bytes;
            if (bytes > 0) {
                open.get(i).getKey().grant(new QuotaGranted(direction, bytes));
            }
        }
    }

    /// What one account was granted, against what it has used since.
    private static final class Balance {
        private long usedAtBegin;
        private long usedBefore;
        private int quiet;
        private long granted;
        private long room;

        void begin(long used) {
            usedAtBegin = used;
            usedBefore = used;
            granted = 0;
        }

        /// Returns the room there is for bytes of this round.
        long update(long used, long round) {
            quiet = used == usedBefore ? quiet + 1 : 0;
            usedBefore = used;
            long cap = quiet < QUIET_ROUNDS ? ROUNDS_AHEAD * round : Math.min(IDLE_BYTES, ROUNDS_AHEAD * round);
            room = cap - (granted - (used - usedAtBegin));
            return room;
        }
    }
}
