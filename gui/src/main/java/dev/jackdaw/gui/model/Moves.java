package dev.jackdaw.gui.model;

import dev.jackdaw.protocol.InfoHash;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/// How far torrents are whose content is on its way to another folder. Thread-safe.
final class Moves {
    private final Map<InfoHash, Double> shares = new ConcurrentHashMap<>();
    private final Set<InfoHash> givenUp = ConcurrentHashMap.newKeySet();

    /// It waits for its turn.
    void begun(InfoHash infoHash) {
        givenUp.remove(infoHash);
        shares.put(infoHash, 0.0);
    }

    /// @param share 0 … 1
    /// @throws CancellationException if the user has given it up
    void at(InfoHash infoHash, double share) {
        if (givenUp.contains(infoHash)) {
            throw new CancellationException();
        }
        shares.put(infoHash, share);
    }

    /// The user does not want it any more.
    void giveUp(InfoHash infoHash) {
        if (shares.containsKey(infoHash)) {
            givenUp.add(infoHash);
        }
    }

    boolean isGivenUp(InfoHash infoHash) {
        return givenUp.contains(infoHash);
    }

    void ended(InfoHash infoHash) {
        shares.remove(infoHash);
        givenUp.remove(infoHash);
    }

    /// Empty if it is not being moved.
    OptionalDouble share(InfoHash infoHash) {
        Double share = shares.get(infoHash);
        return share == null ? OptionalDouble.empty() : OptionalDouble.of(share);
    }
}
