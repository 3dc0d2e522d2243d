package dev.jackdaw.protocol;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// What may have been meant by a word that nobody knows.
public final class Spelling {
    private Spelling() {}

    /// The known word that is spelt most like the one seen, if a third of its characters differ at most, or one.
    public static Optional<String> nearest(String seen, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(word -> editDistance(seen, word)))
                .filter(word -> editDistance(seen, word) <= Math.max(1, seen.length() / 3));
    }

    /// How many characters must be inserted, deleted or replaced to make one text of the other (Levenshtein).
    private static int editDistance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
