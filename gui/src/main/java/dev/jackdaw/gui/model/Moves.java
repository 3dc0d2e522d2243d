package dev.jackdaw.gui.model;

import dev.jackdaw.protocol.InfoHash;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/// How far torrents are whose content is on its way to another folder. Thread-safe.
final class Moves {
    private final Map<InfoHash, Double> shares = new ConcurrentHashMap<>();

    /// @param share 0 … 1
    void at(InfoHash infoHash, double share) {
        shares.put(infoHash, share);
    }

    void ended(InfoHash infoHash) {
        shares.remove(infoHash);
    }

    /// Empty if it is not being moved.
    OptionalDouble share(InfoHash infoHash) {
        Double share = shares.get(infoHash);
        return share == null ? OptionalDouble.empty() : OptionalDouble.of(share);
    }
}
