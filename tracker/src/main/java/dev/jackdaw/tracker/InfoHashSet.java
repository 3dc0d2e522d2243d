package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import java.util.Collection;

/// Info-hashes that do not change, to be looked up without making one: 20 bytes each in a table that is at most
/// half full.
final class InfoHashSet {
    private final long[] high;
    private final long[] middle;
    private final int[] low;
    /// Which slots are in use: an info-hash may be all zeros.
    private final boolean[] used;

    InfoHashSet(Collection<InfoHash> infoHashes) {
        int capacity = Integer.highestOneBit(Math.max(4, infoHashes.size()) - 1) * 4;
        high = new long[capacity];
        middle = new long[capacity];
        low = new int[capacity];
        used = new boolean[capacity];
        for (InfoHash infoHash : infoHashes) {
            int slot = slot(infoHash.high(), infoHash.middle(), infoHash.low());
            high[slot] = infoHash.high();
            middle[slot] = infoHash.middle();
            low[slot] = infoHash.low();
            used[slot] = true;
        }
    }

    boolean contains(long wantedHigh, long wantedMiddle, int wantedLow) {
        return used[slot(wantedHigh, wantedMiddle, wantedLow)];
    }

    /// Where it is, or where it would be.
    private int slot(long wantedHigh, long wantedMiddle, int wantedLow) {
        int mask = used.length - 1;
        // whoever writes the list chooses the hashes, so there is nobody to defend against
        int slot = (int) ((wantedHigh ^ wantedMiddle ^ wantedLow) * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (used[slot] && (high[slot] != wantedHigh || middle[slot] != wantedMiddle || low[slot] != wantedLow)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
