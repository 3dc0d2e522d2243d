package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What each user is doing now, as far as this process was told, and whether they may do more.
///
/// A client counts from its first announce until it says `stopped` or has been silent for the peers' timeout.
/// Safe for any number of threads: each user's state has its own lock, and what is counted over all users is
/// atomic.
final class Presence {
    /// Where an announce came from; an IPv6 host is its network, since it may have any number of addresses in it.
    ///
    /// @param high the address's first 64 bits; 0 for IPv4
    /// @param low  the 32 bits of an IPv4 address; 0 for IPv6
    record Origin(long high, long low) {}

    /// What a user may do at a time; 0 is no limit.
    ///
    /// @param torrents          torrents
    /// @param origins           addresses
    /// @param clientsPerTorrent clients in one torrent
    /// @param peersPerTorrent   clients of all users in one torrent
    record Limits(int torrents, int origins, int clientsPerTorrent, int peersPerTorrent) {}

    private final Limits limits;
    private final long timeoutNanos;
    private final Map<String, UserPresence> users = new ConcurrentHashMap<>();
    private final Map<InfoHash, Integer> peers = new ConcurrentHashMap<>();

    Presence(Limits limits, long timeoutNanos) {
        this.limits = limits;
        this.timeoutNanos = timeoutNanos;
    }

    /// Notes that a client has announced.
    ///
    /// @return why it may not, if it would be one too many; then it is not noted
    Optional<String> enter(String user, InfoHash infoHash, PeerId peerId, Origin origin, long nowNanos) {
        while (true) {
            UserPresence presence = users.computeIfAbsent(user, _ -> new UserPresence());
            synchronized (presence) {
                if (!presence.gone) {
                    return presence.enter(infoHash, peerId, origin, nowNanos);
                }
            }
        }
    }

    /// Notes that a client has stopped.
    void leave(String user, InfoHash infoHash, PeerId peerId) {
        UserPresence presence = users.get(user);
        if (presence != null) {
            synchronized (presence) {
                presence.leave(infoHash, peerId);
            }
        }
    }

    /// Forgets the clients that have been silent for too long.
    void expire(long nowNanos) {
        users.forEach((name, presence) -> {
            synchronized (presence) {
                presence.expire(nowNanos);
                if (presence.torrents.isEmpty()) {
                    presence.gone = true;
                    users.remove(name, presence);
                }
            }
        });
    }

    /// Torrents the user takes part in.
    int torrents(String user) {
        UserPresence presence = users.get(user);
        if (presence == null) {
            return 0;
        }
        synchronized (presence) {
            return presence.torrents.size();
        }
    }

    /// Users that take part in something.
    int users() {
        return users.size();
    }

    /// One user's clients and addresses, with the time each was last seen. Its own lock guards it.
    private final class UserPresence {
        final Map<InfoHash, Map<PeerId, Long>> torrents = new HashMap<>();
        private final Map<Origin, Long> origins = new HashMap<>();
        /// Whether it was taken out of the map, so that nothing may be noted here any more.
        boolean gone;

        Optional<String> enter(InfoHash infoHash, PeerId peerId, Origin origin, long nowNanos) {
            Optional<String> refusal = obstacle(infoHash, peerId, origin);
            if (refusal.isPresent()) {
                expire(nowNanos);
                refusal = obstacle(infoHash, peerId, origin);
            }
            if (refusal.isEmpty()) {
                origins.put(origin, nowNanos);
                Map<PeerId, Long> clients = torrents.computeIfAbsent(infoHash, _ -> new HashMap<>(2));
                if (clients.put(peerId, nowNanos) == null) {
                    peers.merge(infoHash, 1, Integer::sum);
                }
            }
            return refusal;
        }

        private Optional<String> obstacle(InfoHash infoHash, PeerId peerId, Origin origin) {
            if (isFull(limits.origins(), origins.size(), origins.containsKey(origin))) {
                return Optional.of("you announce from " + limits.origins() + " addresses already");
            }
            Map<PeerId, Long> clients = torrents.get(infoHash);
            if (clients == null) {
                if (isFull(limits.torrents(), torrents.size(), false)) {
                    return Optional.of("you take part in " + limits.torrents() + " torrents already");
                }
                clients = Map.of();
            }
            boolean known = clients.containsKey(peerId);
            if (isFull(limits.clientsPerTorrent(), clients.size(), known)) {
                return Optional.of("you have " + limits.clientsPerTorrent() + " clients in this torrent already");
            }
            if (isFull(limits.peersPerTorrent(), peers.getOrDefault(infoHash, 0), known)) {
                return Optional.of("this torrent has " + limits.peersPerTorrent() + " peers already");
            }
            return Optional.empty();
        }

        private static boolean isFull(int limit, int count, boolean known) {
            return limit > 0 && count >= limit && !known;
        }

        void leave(InfoHash infoHash, PeerId peerId) {
            Map<PeerId, Long> clients = torrents.get(infoHash);
            if (clients != null && clients.remove(peerId) != null) {
                uncount(infoHash, 1);
                if (clients.isEmpty()) {
                    torrents.remove(infoHash);
                }
            }
            if (torrents.isEmpty()) {
                origins.clear(); // whoever has stopped everything may go on elsewhere
            }
        }

        void expire(long nowNanos) {
            origins.values().removeIf(seen -> nowNanos - seen > timeoutNanos);
            torrents.entrySet().removeIf(torrent -> {
                Map<PeerId, Long> clients = torrent.getValue();
                int before = clients.size();
                clients.values().removeIf(seen -> nowNanos - seen > timeoutNanos);
                uncount(torrent.getKey(), before - clients.size());
                return clients.isEmpty();
            });
        }

        private void uncount(InfoHash infoHash, int clients) {
            if (clients > 0) {
                peers.computeIfPresent(infoHash, (_, count) -> count > clients ? count - clients : null);
            }
        }
    }
}
