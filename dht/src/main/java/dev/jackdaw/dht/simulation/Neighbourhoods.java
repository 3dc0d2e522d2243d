package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who is near a target, of all that there are: what a lookup ought to find.
///
/// Places are sorted by the first bits of their ids. With the target's bits, then with those next to it by XOR, and so
/// on, comes everybody in order but for the order among those of equal bits.
final class Neighbourhoods {
    private static final int PER_NEIGHBOURHOOD = 16;

    private final int bits;
    private final @Nullable Place[][] byPrefix;
    private final int[] sizes;
    private int size;

    Neighbourhoods(int places) {
        this.bits = Math.max(1, 31 - Integer.numberOfLeadingZeros(Math.max(1, places / PER_NEIGHBOURHOOD)));
        this.byPrefix = new Place[1 << bits][4];
        this.sizes = new int[1 << bits];
    }

    private int prefix(NodeId id) {
        return (int) (id.high() >>> Long.SIZE - bits);
    }

    void add(Place place) {
        int prefix = prefix(place.contact.id());
        if (sizes[prefix] == byPrefix[prefix].length) {
            byPrefix[prefix] = Arrays.copyOf(byPrefix[prefix], 2 * sizes[prefix]);
        }
        byPrefix[prefix][sizes[prefix]++] = place;
        size++;
    }

    /// Before its node goes.
    void remove(Place place) {
        int prefix = prefix(place.contact.id());
        for (int i = 0; i < sizes[prefix]; i++) {
            if (byPrefix[prefix][i] == place) {
                byPrefix[prefix][i] = byPrefix[prefix][--sizes[prefix]];
                byPrefix[prefix][sizes[prefix]] = null;
                size--;
                return;
            }
        }
    }

    /// The place that is as far along all places, in order of ids, as the target is along all ids: of `n` random ids
    /// some `√n` places from where the target would be, at most. None if there is nobody.
    @Nullable
    Place beside(NodeId target) {
        int rank = (int) Math.unsignedMultiplyHigh(target.high(), size);
        for (int prefix = 0; prefix < sizes.length; prefix++) {
            if (rank < sizes[prefix]) {
                Place[] sorted = Arrays.copyOf(byPrefix[prefix], sizes[prefix]);
                Arrays.sort(sorted, Comparator.comparing(place -> place.contact.id()));
                return sorted[rank];
            }
            rank -= sizes[prefix];
        }
        return null;
    }

    /// The numbers of the nodes nearest to a target, the nearest first.
    int[] nearest(NodeId target, int limit, Predicate<Place> counts) {
        Place[] nearest = new Place[limit];
        int count = 0;
        int own = prefix(target);
        for (int difference = 0; difference < sizes.length && count < limit; difference++) {
            for (int i = 0; i < sizes[own ^ difference]; i++) {
                Place place = byPrefix[own ^ difference][i];
                if (place != null && counts.test(place)) {
                    count = insert(place, target, nearest, count);
                }
            }
        }
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = nearest[i].number;
        }
        return numbers;
    }

    private static int insert(Place place, NodeId target, Place[] nearest, int found) {
        NodeId id = place.contact.id();
        int at = found;
        while (at > 0 && target.compareDistance(id, nearest[at - 1].contact.id()) < 0) {
            at--;
        }
        if (at == nearest.length) {
            return found;
        }
        int count = Math.min(found + 1, nearest.length);
        System.arraycopy(nearest, at, nearest, at + 1, count - at - 1);
        nearest[at] = place;
        return count;
    }
}
