package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which connections there are: dials, admits, keeps alive, and closes those that are of no use.
final class Connections {
    /// Connections with one host that is not local; the next one is refused.
    static final int MAX_PER_HOST = 4;

    /// Dials made at once, and the pause after them: 50 a second at most.
    private static final int DIAL_BURST = 10;

    private static final long DIAL_PAUSE_NANOS = 200_000_000L;
    private static final long KEEP_ALIVE_NANOS = 100_000_000_000L;
    /// BEP 3 peers send something every two minutes.
    private static final long IDLE_NANOS = 180_000_000_000L;
    /// When all connections are taken, one that is of no use may stay for this long.
    private static final long IDLE_WHEN_FULL_NANOS = 60_000_000_000L;

    /// When all connections are taken, one over which nothing was given or taken for this long makes room: that of
    /// a peer which has what we want,
    private static final long FRUITLESS_NANOS = 30_000_000_000L;
    /// and that of one which only wants something of us, and did not have the chance to take it.
    private static final long FRUITLESS_TO_US_NANOS = 5_000_000_000L;

    /// Both sides of two connections that were made at the same time have noticed it after this.
    private static final long SETTLED_NANOS = 10_000_000_000L;

    private final EngineConfig config;
    private final Swarm swarm;
    private final PeerPool pool;
    private final Suspicion suspicion;
    private final Map<PeerKey, PeerAddress> dialling = new LinkedHashMap<>();
    private long nextKey;
    private long nextDialAt = Long.MIN_VALUE;
    private int burst;

    Connections(EngineConfig config, Swarm swarm, PeerPool pool, Suspicion suspicion) {
        this.config = config;
        this.swarm = swarm;
        this.pool = pool;
        this.suspicion = suspicion;
    }

    /// Dials while there is room; says when to come again, `Long.MAX_VALUE` for not before something changes.
    long dial(long nowNanos) {
        while (dialling.size() < config.maxHalfOpen() && swarm.size() + dialling.size() < config.maxConnections()) {
            Optional<PeerPool.Candidate> candidate = pool.next(nowNanos);
            if (candidate.isEmpty()) {
                return pool.nextReadyNanos();
            }
            if (burst == DIAL_BURST) {
                burst = 0;
                nextDialAt = nowNanos + DIAL_PAUSE_NANOS;
            }
            if (nowNanos < nextDialAt) {
                return nextDialAt;
            }
            burst++;
            dial(candidate.get().address(), candidate.get().source(), nowNanos);
        }
        return Long.MAX_VALUE;
    }

    /// Dials an address out of turn, because its peer dials us now (BEP 55); not if it is connected already, or
    /// may not be dialled, or there is no room.
    void punch(PeerAddress address, boolean relayIsLocal, long nowNanos) {
        boolean room =
                dialling.size() < config.maxHalfOpen() && swarm.size() + dialling.size() < config.maxConnections();
        if (!room || swarm.findByAddress(address).isPresent() || dialling.containsValue(address)) {
            return;
        }
        pool.add(PeerSource.HOLEPUNCH, relayIsLocal, List.of(address), nowNanos);
        if (pool.knows(address)) {
            dial(address, PeerSource.HOLEPUNCH, nowNanos);
        }
    }

    private void dial(PeerAddress address, PeerSource source, long nowNanos) {
        PeerKey key = new PeerKey(nextKey);
        nextKey += 2;
        dialling.put(key, address);
        pool.connecting(address, nowNanos);
        swarm.emit(new TorrentEffect.Connect(key, address, source));
    }

    void onConnectFailed(PeerKey key, long nowNanos) {
        PeerAddress address = dialling.remove(key);
        if (address != null) {
            pool.failed(address, nowNanos);
        }
    }

    /// Judges a new connection: empty if it may stay, else why not.
    Optional<String> refuse(PeerLink link, long nowNanos) {
        dialling.remove(link.key());
        if (link.peerId().equals(config.peerId())) {
            if (!link.isIncoming()) {
                pool.ignore(link.address());
            }
            return Optional.of("this is ourselves");
        }
        BanList bans = pool.bans();
        if (bans.contains(link.address()) || (link.isIncoming() && bans.contains(link.address(), link.peerId()))) {
            return Optional.of("banned");
        }
        if (suspicion.refuses(link, nowNanos)) {
            return Optional.of("others of its host break the rules all the time");
        }
        if (isFull()) {
            return Optional.of("all " + config.maxConnections() + " connections are taken");
        }
        int sameHost = 0;
        for (PeerLink other : swarm.links()) {
            boolean sameAddress =
                    other.address().withPort(0).equals(link.address().withPort(0));
            sameHost += sameAddress ? 1 : 0;
        }
        if (sameHost >= MAX_PER_HOST && !link.address().isLocal()) {
            return Optional.of("already " + sameHost + " connections with its host");
        }
        if (!link.isIncoming()) {
            pool.connected(link.address(), nowNanos);
        }
        return Optional.empty();
    }

    /// Whether all connections that the torrent may have are taken.
    boolean isFull() {
        return swarm.size() >= config.maxConnections();
    }

    /// The connection that is to make room for a new one when all are taken; empty if none is of so little use.
    ///
    /// First goes a peer that has said nothing of interest to either side, the oldest of them: in a flood of
    /// such connections each lasts until the next comes, and a peer that speaks up is let in and stays. Then
    /// goes one that says it wants something and wasted its chances to take it, the most often, or a suspect
    /// that had its trial; and then one that waits for its next turn with us, who came first.
    Optional<PeerLink> leastUseful(long nowNanos) {
        PeerLink wasteful = null;
        PeerLink waiting = null;
        PeerLink fruitless = null;
        for (PeerLink link : swarm.links()) {
            if (!link.interested && !link.isOfInterest()) {
                return Optional.of(link);
            }
            if (!link.isOfInterest() && link.wastedTurns > (wasteful == null ? 0 : wasteful.wastedTurns)) {
                wasteful = link;
            } else if (wasteful == null
                    && link.isSuspect
                    && link.triedAt != Long.MIN_VALUE
                    && !link.pipeline.isEmpty()) {
                wasteful = link;
            }
            boolean hadItsTurn = link.amChoking && link.unchokedAt != Long.MIN_VALUE;
            if (waiting == null && !link.isOfInterest() && hadItsTurn) {
                waiting = link;
            }
            boolean exchanged = link.fromPeer.total() + link.toPeer.total() > 0;
            long patience = link.isOfInterest() ? FRUITLESS_NANOS : FRUITLESS_TO_US_NANOS;
            if (fruitless == null && !exchanged && nowNanos - link.connectedAtNanos() > patience) {
                fruitless = link;
            }
        }
        PeerLink useless = wasteful == null ? waiting : wasteful;
        return Optional.ofNullable(useless == null ? fruitless : useless);
    }

    /// Another connection with the same peer, by its id and host. Two addresses that we dialled are two peers,
    /// whatever they say.
    Optional<PeerLink> twin(PeerLink link) {
        for (PeerLink other : swarm.links()) {
            if (other != link
                    && (link.isIncoming() || other.isIncoming())
                    && other.peerId().equals(link.peerId())
                    && other.address().withPort(0).equals(link.address().withPort(0))) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    /// Of two connections with the same peer, which one to close. When both sides have dialled, both must choose
    /// the same: the one that the peer with the larger id dialled stays. A settled one stays in any case: the new
    /// one may be somebody else's, who uses the peer's id.
    PeerLink surplus(PeerLink older, PeerLink newer) {
        boolean settled = newer.connectedAtNanos() - older.connectedAtNanos() > SETTLED_NANOS;
        if (older.isIncoming() == newer.isIncoming() || settled) {
            return newer;
        }
        boolean oursStays = compare(config.peerId(), newer.peerId()) > 0;
        return oursStays == newer.isIncoming() ? newer : older;
    }

    private static int compare(PeerId one, PeerId other) {
        int byHigh = Long.compareUnsigned(one.high(), other.high());
        if (byHigh != 0) {
            return byHigh;
        }
        int byMiddle = Long.compareUnsigned(one.middle(), other.middle());
        return byMiddle != 0 ? byMiddle : Integer.compareUnsigned(one.low(), other.low());
    }

    /// The peer has told where it listens.
    void learned(PeerLink link, long nowNanos) {
        if (link.isIncoming() && link.listenPort().isPresent()) {
            pool.claimed(link.listenAddress(), nowNanos);
        }
    }

    void left(PeerLink link, long nowNanos) {
        PeerAddress address = link.listenAddress();
        for (PeerLink other : swarm.links()) {
            if (other.listenAddress().equals(address)) {
                return; // of two connections with the same peer one goes on
            }
        }
        if (link.isIncoming()) {
            pool.unclaimed(address, nowNanos);
        } else {
            pool.disconnected(address, link.isProven(), nowNanos);
        }
    }

    /// The same, after we have closed it though the peer did nothing wrong: it may be dialled again at once.
    void dismissed(PeerLink link, long nowNanos) {
        pool.released(link.listenAddress(), nowNanos);
    }

    /// How many connections are being dialled.
    int dialling() {
        return dialling.size();
    }

    /// Forgets the dials under way; says whose.
    List<PeerKey> abandonDials(long nowNanos) {
        List<PeerKey> abandoned = List.copyOf(dialling.keySet());
        dialling.values().forEach(address -> pool.released(address, nowNanos));
        dialling.clear();
        return abandoned;
    }

    /// Sends keep-alives; once a second.
    void keepAlive(long nowNanos) {
        for (PeerLink link : swarm.links()) {
            if (nowNanos - link.lastSentAt >= KEEP_ALIVE_NANOS) {
                swarm.send(link, new PeerMessage.KeepAlive(), nowNanos);
            }
        }
    }

    /// Why the connection is of no use any more, if it is not.
    Optional<String> useless(PeerLink link, boolean seeding, long nowNanos) {
        if (nowNanos - link.lastReceivedAt > IDLE_NANOS) {
            return Optional.of("silent for " + IDLE_NANOS / 1_000_000_000L + " s");
        }
        boolean full = isFull();
        boolean idle = !link.amInterested && !link.interested;
        if (full && idle && nowNanos - link.connectedAtNanos() > IDLE_WHEN_FULL_NANOS) {
            return Optional.of("neither side wants anything, and others wait");
        }
        if (seeding && link.wantsNothing()) {
            return Optional.of("both sides are complete");
        }
        return Optional.empty();
    }
}
