package dev.jackdaw.peer.simulation;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// A tracker that knows who announced, and answers with random others.
final class VirtualTracker {
    static final String URL = "http://tracker.example/announce";
    /// Addresses in an answer, however many were asked for.
    static final int MAX_PEERS = 50;

    private final Duration interval;
    private final RandomGenerator random;
    /// Dense, so that drawing from it is quick, with each address's index.
    private final List<PeerAddress> addresses = new ArrayList<>();
    private final Map<PeerAddress, Integer> indexes = new HashMap<>();
    private final Set<PeerAddress> seeds = new LinkedHashSet<>();
    private long announces;

    VirtualTracker(Duration interval, RandomGenerator random) {
        this.interval = interval;
        this.random = random;
    }

    AnnounceReply announce(PeerAddress from, AnnounceRequest request) {
        announces++;
        if (request.event() == AnnounceEvent.STOPPED) {
            remove(from);
            return new AnnounceReply.Failure("stopped");
        }
        if (indexes.putIfAbsent(from, addresses.size()) == null) {
            addresses.add(from);
        }
        if (request.left() == 0) {
            seeds.add(from);
        }
        int wanted = request.numWant() < 0 ? MAX_PEERS : Math.min(request.numWant(), MAX_PEERS);
        return new AnnounceReply.Peers(
                interval,
                Optional.empty(),
                seeds.size(),
                addresses.size() - seeds.size(),
                draw(from, wanted),
                Optional.empty(),
                Optional.of(from.hostBytes()),
                Optional.empty());
    }

    long announces() {
        return announces;
    }

    private List<PeerAddress> draw(PeerAddress except, int count) {
        Set<PeerAddress> drawn = LinkedHashSet.newLinkedHashSet(count);
        int wanted = Math.min(count, addresses.size() - 1);
        while (drawn.size() < wanted) {
            PeerAddress address = addresses.get(random.nextInt(addresses.size()));
            if (!address.equals(except)) {
                drawn.add(address);
            }
        }
        return List.copyOf(drawn);
    }

    private void remove(PeerAddress address) {
        Integer index = indexes.remove(address);
        if (index == null) {
            return;
        }
        seeds.remove(address);
        PeerAddress last = addresses.removeLast();
        if (!last.equals(address)) {
            addresses.set(index, last);
            indexes.put(last, index);
        }
    }
}
