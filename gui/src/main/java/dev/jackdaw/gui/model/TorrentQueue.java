package dev.jackdaw.gui.model;

import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which torrents may run: the first so many of the queue, in an order that the user decides.
///
/// A torrent that has to wait is paused in the session and *held* here, which tells it from one that the user
/// paused. A check of content needs no place, and a torrent that the user *forces* runs beside the queue and
/// takes none. Thread-safe: decisions are made on the feed's thread, and the user's wishes come from others.
public final class TorrentQueue {
    /// What is to be done in the session to follow the queue.
    public record Decision(List<InfoHash> resume, List<InfoHash> pause) {
        public Decision {
            resume = List.copyOf(resume);
            pause = List.copyOf(pause);
        }
    }

    private final List<InfoHash> order;
    private final Set<InfoHash> held;
    private final Set<InfoHash> forced = new HashSet<>();
    private Map<InfoHash, Integer> positions = Map.of();

    /// @param order as it was left; torrents that it lacks go to its end
    public TorrentQueue(List<InfoHash> order, List<InfoHash> held) {
        this.order = new ArrayList<>(new LinkedHashSet<>(order));
        this.held = new HashSet<>(held);
        number();
    }

    public synchronized List<InfoHash> order() {
        return List.copyOf(order);
    }

    public synchronized List<InfoHash> held() {
        return List.copyOf(held);
    }

    /// Whether it wants to run and has to wait.
    public synchronized boolean isHeld(InfoHash infoHash) {
        return held.contains(infoHash);
    }

    /// From 1; 0 if it is not in the queue yet.
    public synchronized int position(InfoHash infoHash) {
        return positions.getOrDefault(infoHash, 0);
    }

    /// The user wants it to run; whether it may is for the next [#decide].
    public synchronized void wantRunning(InfoHash infoHash) {
        held.add(infoHash);
        forced.remove(infoHash);
    }

    /// The user wants it to rest.
    public synchronized void wantPaused(InfoHash infoHash) {
        held.remove(infoHash);
        forced.remove(infoHash);
    }

    /// The user wants it to run at once, whatever the queue says.
    public synchronized void force(InfoHash infoHash) {
        held.remove(infoHash);
        forced.add(infoHash);
    }

    /// Moves torrents towards the front (negative) or the end by that many places; they keep their order among
    /// each other.
    public synchronized void move(Collection<InfoHash> chosen, int places) {
        Set<InfoHash> moving = new HashSet<>(chosen);
        List<InfoHash> picked = order.stream().filter(moving::contains).toList();
        if (picked.isEmpty()) {
            return;
        }
        int first = order.indexOf(places < 0 ? picked.getFirst() : picked.getLast());
        int target = Math.clamp((long) first + places, 0, order.size() - 1);
        int before = (int) order.subList(0, target + (places > 0 ? 1 : 0)).stream()
                .filter(infoHash -> !moving.contains(infoHash))
                .count();
        order.removeAll(moving);
        order.addAll(before, picked);
        number();
    }

    /// Follows the torrents that there are, and says what to resume and pause.
    public synchronized Decision decide(Collection<TorrentStatus> statuses, Settings.Queue settings) {
        follow(statuses);
        Map<InfoHash, TorrentStatus> byHash = HashMap.newHashMap(statuses.size());
        statuses.forEach(status -> byHash.put(status.infoHash(), status));
        List<InfoHash> resume = new ArrayList<>();
        List<InfoHash> pause = new ArrayList<>();
        int downloads = 0;
        int seeds = 0;
        for (InfoHash infoHash : order) {
            TorrentStatus status = byHash.get(infoHash);
            if (status == null || forced.contains(infoHash) || isExempt(status)) {
                continue;
            }
            boolean running = !status.settings().paused();
            if (!running && !held.contains(infoHash)) {
                continue; // the user's own pause
            }
            boolean place = !settings.enabled()
                    || (status.isComplete() ? seeds++ < settings.maxSeeds() : downloads++ < settings.maxDownloads());
            if (place && !running) {
                held.remove(infoHash);
                resume.add(infoHash);
            } else if (!place && running) {
                held.add(infoHash);
                pause.add(infoHash);
            } else if (running) {
                held.remove(infoHash);
            }
        }
        return new Decision(resume, pause);
    }

    private static boolean isExempt(TorrentStatus status) {
        return status.state() instanceof TorrentState.Checking || status.state() instanceof TorrentState.Failed;
    }

    private void follow(Collection<TorrentStatus> statuses) {
        Set<InfoHash> present = HashSet.newHashSet(statuses.size());
        statuses.forEach(status -> present.add(status.infoHash()));
        boolean changed = order.retainAll(present);
        held.retainAll(present);
        forced.retainAll(present);
        if (order.size() < present.size()) {
            Set<InfoHash> known = new HashSet<>(order);
            for (TorrentStatus status : statuses) {
                if (!known.contains(status.infoHash())) {
                    order.add(status.infoHash());
                }
            }
            changed = true;
        }
        if (changed) {
            number();
        }
    }

    private void number() {
        Map<InfoHash, Integer> numbered = HashMap.newHashMap(order.size());
        for (int i = 0; i < order.size(); i++) {
            numbered.put(order.get(i), i + 1);
        }
        positions = numbered;
    }
}
