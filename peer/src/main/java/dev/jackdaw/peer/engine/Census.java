package dev.jackdaw.peer.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes an [EngineSnapshot].
final class Census {
    private final Swarm swarm;
    private final Choker choker;
    private final Traffic traffic;
    private final Discovery discovery;
    private final PeerPool pool;

    Census(Swarm swarm, Choker choker, Traffic traffic, Discovery discovery, PeerPool pool) {
        this.pool = pool;
        this.swarm = swarm;
        this.choker = choker;
        this.traffic = traffic;
        this.discovery = discovery;
    }

    EngineSnapshot take(
            Phase phase, String failure, Optional<Content> content, int dialling, int known, long nowNanos) {
        List<EngineSnapshot.PeerState> peers = new ArrayList<>(swarm.size());
        int seeds = 0;
        for (PeerLink link : swarm.links()) {
            seeds += link.isSeed() ? 1 : 0;
            peers.add(peer(link, nowNanos));
        }
        return new EngineSnapshot(
                phase,
                failure,
                content.map(c -> c.ledger().layout().pieceCount()).orElse(0),
                content.map(c -> c.ledger().have().cardinality()).orElse(0),
                content.map(c -> c.ledger().wantedBytes()).orElse(0L),
                content.map(c -> c.ledger().completedBytes()).orElse(0L),
                traffic.downloaded(),
                traffic.uploaded(),
                traffic.wasted(),
                traffic.corrupt(),
                traffic.downloadRate(nowNanos),
                traffic.uploadRate(nowNanos),
                seeds,
                dialling,
                known,
                content.map(c -> c.picker().distributedCopies()).orElse(0.0),
                peers,
                discovery.statuses());
    }

    private EngineSnapshot.PeerState peer(PeerLink link, long nowNanos) {
        int pieces = link.have().size();
        return new EngineSnapshot.PeerState(
                link.key(),
                link.address(),
                link.peerId(),
                link.client(),
                link.isIncoming(),
                link.isIncoming()
                        ? PeerSource.INCOMING
                        : pool.source(link.address()).orElse(PeerSource.USER),
                pieces == 0 ? 0 : (double) link.have().cardinality() / pieces,
                link.amInterested,
                link.choked,
                link.interested,
                link.amChoking,
                link.snubbed,
                choker.optimistic().filter(link.key()::equals).isPresent(),
                link.fromPeer.bytesPerSecond(nowNanos),
                link.toPeer.bytesPerSecond(nowNanos),
                link.fromPeer.total(),
                link.toPeer.total());
    }
}
