package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
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

    /// Somebody beside a target: as many places away, in order of ids, as the `i`-th of `n` random ids is away
    /// from where it is on average, `√(i (n - i) / n)` as a standard deviation. None if there is nobody.
    ///
    /// So does `kad_model` draw askers: the one in place `n · t`, for a target at the share `t` of all ids. Here
    /// ids are not evenly spread, since they belong to addresses (BEP 42), and that place would be twice as far
    /// away.
    @Nullable
    Place beside(NodeId target, RandomGenerator random) {
        double share = (target.high() >>> 11) * 0x1p-53;
        long away = Math.round(random.nextGaussian() * Math.sqrt(size * share * (1 - share)));
        return size == 0 ? null : inOrder((int) Math.clamp(placesBelow(target) + away, 0, size - 1));
    }

    private int placesBelow(NodeId target) {
        int own = prefix(target);
        int below = 0;
        for (int prefix = 0; prefix < own; prefix++) {
            below += sizes[prefix];
        }
        for (int i = 0; i < sizes[own]; i++) {
            Place place = byPrefix[own][i];
            below += place != null && place.contact.id().compareTo(target) < 0 ? 1 : 0;
        }
        return below;
    }

    /// The place of that rank, 0 … size - 1, in order of ids.
    private Place inOrder(int rank) {
        int prefix = 0;
        int left = rank;
        while (left >= sizes[prefix]) {
            left -= sizes[prefix++];
        }
        Place[] sorted = Arrays.copyOf(byPrefix[prefix], sizes[prefix]);
        Arrays.sort(sorted, Comparator.comparing(place -> place.contact.id()));
        return sorted[left];
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
