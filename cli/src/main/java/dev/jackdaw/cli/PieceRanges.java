package dev.jackdaw.cli;

import java.util.ArrayList;
import java.util.List;

/// Piece numbers for people: `3, 5-9, 12`.
final class PieceRanges {
    /// More ranges than this are only counted: a line must stay readable.
    static final int MAX_RANGES = 20;

    private PieceRanges() {}

    /// @param pieces ascending
    static String of(List<Integer> pieces) {
        List<String> ranges = new ArrayList<>();
        int i = 0;
        while (i < pieces.size()) {
            int last = i;
            while (last + 1 < pieces.size() && pieces.get(last + 1) == pieces.get(last) + 1) {
                last++;
            }
            if (ranges.size() == MAX_RANGES) {
                ranges.add("and " + (pieces.size() - i) + " more");
                break;
            }
            ranges.add(i == last ? String.valueOf(pieces.get(i)) : pieces.get(i) + "-" + pieces.get(last));
            i = last + 1;
        }
        return String.join(", ", ranges);
    }
}
