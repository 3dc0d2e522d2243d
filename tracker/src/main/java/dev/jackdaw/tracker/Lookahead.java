package dev.jackdaw.tracker;

/// Torrents that are about to be asked for, a few at a time: [SwarmStore#bringNear] has their swarms brought from
/// memory into the processor's caches.
///
/// What an announce does takes less time than waiting for the three or four places in memory where a swarm is
/// found, each of which says where the next one is. For several announces one after the other, that is waited for
/// in each; when all are looked for together, the processor waits for all at once. Each thread has its own.
final class Lookahead {
    /// Torrents at a time; what is brought is to be there still when its turn comes.
    static final int MOST = 64;

    private final long[] high = new long[MOST];
    private final long[] middle = new long[MOST];
    private final int[] low = new int[MOST];
    private int count;

    // for the store, while it looks
    final int[] shards = new int[MOST];
    final int[] handles = new int[MOST];
    /// What was read, so that the compiler does not leave reading out.
    long read;

    void clear() {
        count = 0;
    }

    /// Notes a torrent; one too many is left out.
    void add(long hashHigh, long hashMiddle, int hashLow) {
        if (count < MOST) {
            high[count] = hashHigh;
            middle[count] = hashMiddle;
            low[count++] = hashLow;
        }
    }

    int count() {
        return count;
    }

    long high(int index) {
        return high[index];
    }

    long middle(int index) {
        return middle[index];
    }

    int low(int index) {
        return low[index];
    }
}
