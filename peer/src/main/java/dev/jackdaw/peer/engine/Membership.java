package dev.jackdaw.peer.engine;

import dev.jackdaw.peer.engine.TorrentEffect.Notice;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who belongs to the swarm: takes peers in, tells them what there is to know of us, and shows them out. Whether a
/// connection may be made or kept is for [Connections] to judge.
final class Membership implements Download.Exclusion {
    private final EngineConfig config;
    private final Swarm swarm;
    private final PeerPool pool;
    private final Connections connections;
    private final Conversation conversation;
    private final PeerExchange peerExchange;
    private final Suspicion suspicion;
    private Consumer<PeerLink> departure = link -> {};
    /// `null` until the info dictionary is known.
    private @Nullable Content content;
    private boolean slotsToReview;

    Membership(
            EngineConfig config,
            Swarm swarm,
            PeerPool pool,
            Connections connections,
            Conversation conversation,
            PeerExchange peerExchange,
            Suspicion suspicion) {
        this.config = config;
        this.swarm = swarm;
        this.pool = pool;
        this.connections = connections;
        this.conversation = conversation;
        this.peerExchange = peerExchange;
        this.suspicion = suspicion;
    }

    /// Who else is to be told of each peer that has gone.
    void onDeparture(Consumer<PeerLink> listener) {
        departure = listener;
    }

    // ---- in

    /// A connection is open: the peer joins, or is turned away; says which.
    boolean join(TorrentEvent.PeerConnected event, boolean running, boolean seeding, long nowNanos) {
        PeerLink link = new PeerLink(event, nowNanos);
        if (running && connections.isFull()) {
            makeRoom(nowNanos);
        }
        Optional<String> refusal =
                running ? connections.refuse(link, nowNanos) : Optional.of("the torrent does not run");
        if (refusal.isPresent()) {
            swarm.emit(new TorrentEffect.Disconnect(link.key(), refusal.get()));
            connections.left(link, nowNanos);
            return false;
        }
        suspicion.joined(link, nowNanos);
        swarm.add(link);
        if (content != null) {
            content.interest()
                    .adopt(link, new Bitfield(content.ledger().layout().pieceCount()), nowNanos);
            if (content.ledger().isVerified()) {
                introduce(link, content, nowNanos);
            }
        }
        boolean posing = content != null && content.superSeeding().isOn();
        conversation.tellExtensions(link, Optional.ofNullable(content), seeding && !posing, nowNanos);
        if (config.dht() && link.hasDht() && config.port() != 0) {
            swarm.send(link, new PeerMessage.Port(config.port()), nowNanos);
        }
        Optional<PeerLink> twin = connections.twin(link);
        if (twin.isPresent()) {
            disconnect(connections.surplus(twin.get(), link), "connected twice", nowNanos);
        }
        return true;
    }

    /// Lets a peer go that is of no use, if there is one.
    void makeRoom(long nowNanos) {
        connections.leastUseful(nowNanos).ifPresent(link -> disconnect(link, "makes room for another", nowNanos));
    }

    /// The info dictionary is known: what peers have said until now can be understood.
    void know(Content known, long nowNanos) {
        content = known;
        for (PeerLink link : swarm.snapshot()) {
            try {
                link.early.replay(link, known.interest(), nowNanos);
                conversation.tellExtensions(link, Optional.of(known), false, nowNanos);
            } catch (Offence offence) {
                expel(link, offence, nowNanos);
            }
        }
    }

    /// What we have has been found out, for the first time or anew: tells everyone.
    void tellInventory(Content known, Bitfield before, Bitfield have, long nowNanos) {
        for (PeerLink link : swarm.snapshot()) {
            if (!link.toldWhatWeHave) {
                introduce(link, known, nowNanos);
            } else if (!conversation.tellChanges(link, before, have, nowNanos)) {
                disconnect(link, "what we have has changed as a whole", nowNanos);
            }
        }
    }

    private void introduce(PeerLink link, Content known, long nowNanos) {
        if (known.superSeeding().isOn()) {
            known.superSeeding().introduce(link, nowNanos);
            return;
        }
        conversation.tellInventory(link, known.ledger().have(), nowNanos);
        if (link.saidWhatItHas) {
            known.upload().allowFast(link, nowNanos);
        }
    }

    /// We want nothing any more: tells those who may still want something, and leaves the others.
    void becomeSeed(long nowNanos) {
        for (PeerLink link : swarm.snapshot()) {
            if (link.wantsNothing()) {
                disconnect(link, "both sides are complete", nowNanos);
            } else {
                conversation.tellExtensions(link, Optional.ofNullable(content), true, nowNanos);
            }
        }
    }

    /// Super-seeding has ended: tells all of what we have to those who were shown but some of it.
    void unveil(Content known, long nowNanos) {
        for (PeerLink link : swarm.snapshot()) {
            Optional<Bitfield> shown = known.superSeeding().unveil(link);
            if (shown.isPresent()
                    && !conversation.tellChanges(
                            link, shown.get(), known.ledger().have(), nowNanos)) {
                disconnect(link, "what we have has changed as a whole", nowNanos);
            }
        }
    }

    /// We want something again.
    void becomeLeecher(long nowNanos) {
        for (PeerLink link : swarm.links()) {
            conversation.tellExtensions(link, Optional.ofNullable(content), false, nowNanos);
        }
    }

    // ---- out

    @Override
    public void disconnect(PeerLink link, String reason, long nowNanos) {
        if (swarm.find(link.key()) == link) {
            swarm.emit(new TorrentEffect.Disconnect(link.key(), reason));
            left(link, nowNanos);
        }
    }

    /// The peer has broken the rules: it goes, and is not dialled again soon.
    void expel(PeerLink link, Offence offence, long nowNanos) {
        distrust(link);
        disconnect(link, offence.reason(), nowNanos);
        suspicion.offended(link, nowNanos);
        if (!link.isIncoming() || pool.isClaimedOnly(link.listenAddress())) {
            pool.offended(link.listenAddress(), nowNanos);
        }
    }

    private void distrust(PeerLink link) {
        if (link.isIncoming() && link.fromPeer.total() > 0 && swarm.find(link.key()) == link) {
            swarm.emit(new TorrentEffect.Distrust(link.key()));
        }
    }

    @Override
    public void ban(PeerAddress address, String proof, long nowNanos) {
        pool.ban(address, swarm.links().stream().anyMatch(link -> isProvenNeighbour(link, address)));
        swarm.emit(new TorrentEffect.Publish(new Notice.PeerBanned(address, proof)));
        if (content != null) {
            content.download().discard(pool.bans()::contains);
        }
        for (PeerLink link : swarm.snapshot()) {
            if (pool.bans().contains(link.address())) {
                pool.bans()
                        .add(link.address(), link.peerId()); // not where it says it listens: that may be another's port
                distrust(link);
                disconnect(link, proof, nowNanos);
                suspicion.offended(link, nowNanos);
            }
        }
    }

    /// Whether that peer is behind the same address as the liar, and honest.
    private static boolean isProvenNeighbour(PeerLink link, PeerAddress liar) {
        return link.isProven()
                && !link.address().equals(liar)
                && link.address().withPort(0).equals(liar.withPort(0));
    }

    /// The connection is gone.
    void left(PeerLink link, long nowNanos) {
        remove(link);
        if (link.saidWhatItHas) {
            pool.setSeed(link.listenAddress(), link.wantsNothing(), nowNanos);
        }
        connections.left(link, nowNanos);
    }

    /// Leaves all peers, and lets go of connections being made: the torrent stops.
    void dismissAll(String reason, long nowNanos) {
        for (PeerLink link : swarm.snapshot()) {
            swarm.emit(new TorrentEffect.Disconnect(link.key(), reason));
            remove(link);
            connections.dismissed(link, nowNanos);
        }
        for (PeerKey key : connections.abandonDials(nowNanos)) {
            swarm.emit(new TorrentEffect.Disconnect(key, reason));
        }
    }

    /// Leaves peers that are of no use.
    void dismissUseless(boolean seeding, long nowNanos) {
        for (PeerLink link : swarm.snapshot()) {
            connections.useless(link, seeding, nowNanos).ifPresent(reason -> disconnect(link, reason, nowNanos));
        }
    }

    private void remove(PeerLink link) {
        swarm.remove(link);
        if (content != null) {
            content.download().left(link);
            content.superSeeding().left(link);
        }
        suspicion.left(link);
        departure.accept(link);
        peerExchange.left(link.key());
        slotsToReview |= !link.amChoking;
    }

    // ---- slots

    /// Something has happened that may change who is unchoked.
    void reviewSlots() {
        slotsToReview = true;
    }

    /// Whether anything did since this was last asked.
    boolean slotsToReview() {
        boolean review = slotsToReview;
        slotsToReview = false;
        return review;
    }
}
