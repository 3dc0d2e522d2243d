package dev.jackdaw.tracker;

import java.util.Arrays;
import java.util.Collection;

/// Addresses of both families that do not change, to be looked up without making one: the ranges in order, so
/// that a look-up halves what is left with each step.
final class AddressSet {
    private final AddressRange[] v4;
    private final AddressRange[] v6;

    AddressSet(Collection<AddressRange> ranges) {
        v4 = sorted(ranges, false);
        v6 = sorted(ranges, true);
    }

    boolean contains(Family family, long high, long low) {
        AddressRange[] ranges = family == Family.V4 ? v4 : v6;
        int from = 0;
        int to = ranges.length;
        while (from < to) {
            int middle = from + to >>> 1;
            AddressRange range = ranges[middle];
            if (range.contains(family, high, low)) {
                return true;
            }
            if (compare(range.high(), range.low(), high, low) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return false;
    }

    /// Those of one family by their first address, without those that are inside another: two ranges are either
    /// one in the other, or apart.
    private static AddressRange[] sorted(Collection<AddressRange> ranges, boolean v6) {
        AddressRange[] sorted = ranges.stream()
                .filter(range -> range.v6() == v6)
                .sorted((a, b) -> {
                    int byAddress = compare(a.high(), a.low(), b.high(), b.low());
                    return byAddress != 0 ? byAddress : Integer.compare(a.prefix(), b.prefix());
                })
                .toArray(AddressRange[]::new);
        Family family = Family.of(v6);
        int kept = 0;
        for (AddressRange range : sorted) {
            if (kept == 0 || !sorted[kept - 1].contains(family, range.high(), range.low())) {
                sorted[kept++] = range;
            }
        }
        return Arrays.copyOf(sorted, kept);
    }

    private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        int byHigh = Long.compareUnsigned(aHigh, bHigh);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(aLow, bLow);
    }
}
