package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is kept of pieces that failed their hash, to find out who lied.
///
/// A piece from one sender proves it at once. Otherwise the digests of its blocks are kept with their senders;
/// the piece is then fetched from one peer at a time, and when a copy passes, whoever sent a different block is
/// proven to have lied. Nobody is condemned for having merely taken part.
final class CorruptionEvidence {
    /// Failed copies that are kept; at most about 1 MiB with pieces of 16 MiB. The oldest is forgotten for a new
    /// one.
    static final int MAX_EXHIBITS = 64;

    private final List<Exhibit> exhibits = new ArrayList<>();
    private final SortedSet<Integer> suspects = new TreeSet<>();

    private record Exhibit(
            int piece, long[] digests, @Nullable PeerAddress[] senders) {}

    /// Whether the piece has failed and not passed since: it is to come from one peer alone, with digests.
    boolean isSuspect(int piece) {
        return suspects.contains(piece);
    }

    boolean hasSuspects() {
        return !suspects.isEmpty();
    }

    /// Takes down a complete copy that failed; says who is proven by it to have lied.
    Optional<PeerAddress> failed(int piece, @Nullable PeerAddress[] senders, long[] digests) {
        Set<PeerAddress> contributors = new LinkedHashSet<>();
        for (PeerAddress sender : senders) {
            if (sender == null) {
                return Optional.empty(); // partly of an earlier run, and perhaps not what was sent then
            }
            contributors.add(sender);
        }
        suspects.add(piece);
        if (contributors.size() == 1) {
            return Optional.of(contributors.iterator().next());
        }
        if (exhibits.size() == MAX_EXHIBITS) {
            exhibits.removeFirst();
        }
        exhibits.add(new Exhibit(piece, digests, senders));
        return Optional.empty();
    }

    /// Compares a copy that passed with those that failed; says who is proven to have lied.
    Set<PeerAddress> passed(int piece, long[] digests) {
        if (!suspects.remove(piece)) {
            return Set.of();
        }
        Set<PeerAddress> liars = new LinkedHashSet<>();
        for (Exhibit exhibit : exhibits) {
            if (exhibit.piece() == piece) {
                compare(exhibit, digests, liars);
            }
        }
        exhibits.removeIf(exhibit -> exhibit.piece() == piece);
        return liars;
    }

    private static void compare(Exhibit exhibit, long[] good, Set<PeerAddress> liars) {
        int blocks = Math.min(Math.min(good.length, exhibit.digests().length), exhibit.senders().length);
        for (int block = 0; block < blocks; block++) {
            PeerAddress sender = exhibit.senders()[block];
            if (sender != null && exhibit.digests()[block] != good[block]) {
                liars.add(sender);
            }
        }
    }
}
