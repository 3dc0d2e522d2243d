package dev.jackdaw.peer.engine;

import dev.jackdaw.peer.engine.TorrentEffect.Notice;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One torrent's brain: decides everything, touches nothing.
///
/// It routes events to the parts that know what to do: [Download], [Upload], [MetadataExchange], [Connections]
/// and [Discovery], and keeps the [Phase] and the deadlines. Everything that happens is a function of the
/// events, their times and the random generator. Not thread-safe: it belongs to one loop.
public final class TorrentEngine {
    private static final long TICK_NANOS = 1_000_000_000L;
    /// The same without any peer.
    private static final long IDLE_TICK_NANOS = 30_000_000_000L;

    private enum Alarm {
        TICK,
        CHOKE,
        DIAL,
        ANNOUNCE,
        PACE
    }

    private final EngineConfig config;
    private final RandomGenerator random;
    private final BufferBudget buffers;
    private final Swarm swarm;
    private final PeerPool pool;
    private final Suspicion suspicion;
    private final Connections connections;
    private final Conversation conversation;
    private final Discovery discovery;
    private final MetadataExchange metadata;
    private final PeerExchange peerExchange = new PeerExchange();
    private final Holepunch holepunch;
    private final Choker choker;
    private final Traffic traffic = new Traffic();
    private final Pacing pacing = new Pacing();
    private final Deadlines<Alarm> alarms = new Deadlines<>(Alarm.class);
    private final Membership membership;
    private final Inbox inbox;

    private @Nullable Content content;
    private byte @Nullable [] priorities;
    private boolean sequential;
    private boolean superSeeding;
    private boolean running;
    private String failure = "";
    private Phase phase = Phase.PAUSED;

    public TorrentEngine(
            InfoHash infoHash,
            EngineConfig config,
            RandomGenerator random,
            BufferBudget buffers,
            Consumer<TorrentEffect> effects) {
        this.config = config;
        this.random = random;
        this.buffers = buffers;
        swarm = new Swarm(effects);
        pool = new PeerPool(random);
        suspicion = new Suspicion(swarm);
        connections = new Connections(config, swarm, pool, suspicion);
        conversation = new Conversation(config, swarm);
        discovery = new Discovery(infoHash, config, swarm, pool, traffic, random);
        choker = new Choker(config.uploadSlots(), random);
        membership = new Membership(config, swarm, pool, connections, conversation, peerExchange, suspicion);
        metadata = new MetadataExchange(infoHash, swarm, membership);
        holepunch = new Holepunch(config, swarm, pool, connections);
        membership.onDeparture(link -> {
            metadata.left(link);
            holepunch.left(link);
        });
        inbox = new Inbox(swarm, pool, connections, conversation, metadata, peerExchange, holepunch);
    }

    /// What the torrent is doing.
    public Phase phase() {
        return phase;
    }

    /// Verified pieces, a copy; of size 0 until the metadata is known.
    public Bitfield have() {
        return content == null ? new Bitfield(0) : content.ledger().have().copy();
    }

    /// When to send [TorrentEvent.TimerElapsed] at the latest; `Long.MAX_VALUE` for never.
    public long nextTimeoutNanos() {
        return alarms.next();
    }

    /// The numbers of this moment.
    public EngineSnapshot snapshot(long nowNanos) {
        return new Census(swarm, choker, traffic, discovery, pool)
                .take(phase, failure, Optional.ofNullable(content), connections.dialling(), pool.size(), nowNanos);
    }

    /// Takes one event; effects go to the sink before this returns.
    public void handle(TorrentEvent event, long nowNanos) {
        switch (event) {
            case TorrentEvent.MessageReceived(PeerKey peer, PeerMessage message) -> {
                onMessage(peer, message, nowNanos);
                return; // what follows from it waits for ReadCompleted
            }
            case TorrentEvent.ReadCompleted(PeerKey peer) -> onReadCompleted(peer, nowNanos);
            case TorrentEvent.BlocksSent(PeerKey peer, int blocks, int bytes) ->
                onBlocksSent(peer, blocks, bytes, nowNanos);
            case TorrentEvent.PieceStored(int piece, long[] digests) -> onStored(piece, digests, nowNanos);
            case TorrentEvent.PieceFailed(int piece, long[] digests) -> {
                if (content != null) {
                    content.download().onFailed(piece, digests, nowNanos);
                }
            }
            case TorrentEvent.StorageFailed failed -> onStorageFailed(failed, nowNanos);
            case TorrentEvent.InfoKnown(Info info) -> onInfo(info, nowNanos);
            case TorrentEvent.PiecesVerified(Bitfield have) -> onVerified(have, nowNanos);
            case TorrentEvent.CheckStarted() -> onCheckStarted(nowNanos);
            case TorrentEvent.PieceRecovered(int piece, Bitfield blocks) -> {
                if (content != null) {
                    content.download().onRecovered(piece, blocks, nowNanos);
                }
            }
            case TorrentEvent.Resumed() -> start(nowNanos);
            case TorrentEvent.Paused() -> {
                failure = "";
                stop("the torrent is paused", nowNanos);
                if (content != null) {
                    content.download().dropAll();
                }
            }
            case TorrentEvent.PiecePrioritiesSet(byte[] wanted) -> onPriorities(wanted.clone(), nowNanos);
            case TorrentEvent.SequentialSet(boolean value) -> {
                sequential = value;
                if (content != null) {
                    content.picker().setSequential(value);
                }
            }
            case TorrentEvent.SuperSeedingSet(boolean on) -> onSuperSeeding(on, nowNanos);
            case TorrentEvent.LimitsSet(long down, long up) -> {
                pacing.limit(down, up, nowNanos);
                retryTransfers(nowNanos);
            }
            case TorrentEvent.QuotaGranted(TorrentEvent.Direction direction, long bytes) -> {
                pacing.grant(direction, bytes);
                retryTransfers(nowNanos);
            }
            case TorrentEvent.PeersFound(PeerSource source, boolean local, List<PeerAddress> addresses) ->
                pool.add(source, local, addresses, nowNanos);
            case TorrentEvent.TrackersSet(var tiers) -> {
                discovery.schedule().setTiers(tiers, nowNanos);
                announce(nowNanos);
            }
            case TorrentEvent.AnnounceRequested() -> {
                discovery.schedule().announceNow(nowNanos);
                announce(nowNanos);
            }
            case TorrentEvent.AnnounceAnswered(String tracker, var reply, boolean local) -> {
                discovery.onAnswer(tracker, reply, local, nowNanos);
                announce(nowNanos);
            }
            case TorrentEvent.ExternalAddressKnown(PeerAddress address) -> pool.setExternalAddress(address);
            case TorrentEvent.PeerConnected connected -> {
                if (membership.join(connected, running, phase == Phase.SEEDING, nowNanos)) {
                    alarms.set(Alarm.TICK, Math.min(alarms.at(Alarm.TICK), nowNanos + TICK_NANOS));
                }
            }
            case TorrentEvent.ConnectFailed(PeerKey peer, PeerAddress address, String _) -> {
                connections.onConnectFailed(peer, nowNanos);
                holepunch.onDialFailed(address, nowNanos);
            }
            case TorrentEvent.PeerDisconnected(PeerKey peer, String _) -> {
                PeerLink link = swarm.find(peer);
                if (link != null) {
                    membership.left(link, nowNanos);
                } else {
                    connections.onConnectFailed(peer, nowNanos);
                }
            }
            case TorrentEvent.RoomWanted() -> membership.makeRoom(nowNanos);
            case TorrentEvent.TimerElapsed() -> onTimer(nowNanos);
        }
        settle(nowNanos);
    }

    // ---- content

    private void onInfo(Info info, long nowNanos) {
        if (content != null) {
            return;
        }
        PieceLedger ledger = new PieceLedger(info.layout(), buffers);
        if (priorities != null && priorities.length == info.layout().pieceCount()) {
            ledger.prioritize(priorities);
        }
        CorruptionEvidence evidence = new CorruptionEvidence();
        PiecePicker picker = new PiecePicker(ledger, evidence, random);
        picker.setSequential(sequential);
        Interest interest = new Interest(ledger, picker, swarm);
        Parole parole = new Parole(ledger, evidence, swarm, traffic);
        Requester requester = new Requester(ledger, picker, interest, parole, suspicion, swarm, pacing.download());
        Download download =
                new Download(ledger, picker, interest, requester, evidence, parole, swarm, traffic, membership);
        SuperSeeding seeding = new SuperSeeding(ledger, swarm, random);
        seeding.set(superSeeding);
        Upload upload = new Upload(info.infoHash(), ledger, swarm, choker, seeding, pacing.upload(), traffic);
        Content known = new Content(info, ledger, picker, interest, requester, download, upload, seeding);
        content = known;
        membership.know(known, nowNanos);
    }

    private void onVerified(Bitfield have, long nowNanos) {
        Content known = content;
        if (known == null) {
            return;
        }
        Bitfield before = known.ledger().have().copy();
        known.download().onVerified(have);
        membership.tellInventory(known, before, have, nowNanos);
        known.interest().setActive(running, nowNanos);
        known.requester().retry(nowNanos);
        membership.reviewSlots();
    }

    private void onCheckStarted(long nowNanos) {
        if (content == null) {
            return;
        }
        content.ledger().doubt();
        content.interest().setActive(false, nowNanos);
        membership.dismissAll("the content is being checked", nowNanos);
        content.download().dropAll();
    }

    private void onSuperSeeding(boolean on, long nowNanos) {
        if (superSeeding == on) {
            return;
        }
        superSeeding = on;
        if (content == null) {
            return;
        }
        content.superSeeding().set(on);
        if (!on) {
            membership.unveil(content, nowNanos);
        } else if (content.superSeeding().isOn()) {
            membership.dismissAll("super-seeding begins", nowNanos);
        }
    }

    private void onPriorities(byte[] wanted, long nowNanos) {
        priorities = wanted;
        if (content != null && wanted.length == content.ledger().layout().pieceCount()) {
            content.download().prioritize(wanted, nowNanos);
            content.requester().retry(nowNanos);
        }
    }

    private void onStored(int piece, long[] digests, long nowNanos) {
        if (content == null) {
            return;
        }
        boolean wasComplete = content.ledger().isComplete();
        if (content.download().onStored(piece, digests, nowNanos)) {
            publish(new Notice.PieceGained(piece));
        }
        if (!wasComplete && content.ledger().isComplete()) {
            publish(new Notice.Completed());
            if (!content.isPartialSeed()) {
                discovery.schedule().completed(nowNanos);
                announce(nowNanos);
            }
        }
    }

    private void onStorageFailed(TorrentEvent.StorageFailed failed, long nowNanos) {
        failure = failed.operation() + " " + failed.path() + ": " + failed.cause();
        stop("the torrent has failed", nowNanos);
        if (content != null) {
            content.ledger().abandonVerifying();
            content.download().rest();
        }
    }

    // ---- running

    private void start(long nowNanos) {
        failure = "";
        if (running) {
            return;
        }
        running = true;
        if (content != null) {
            content.download().wake(nowNanos);
            content.interest().setActive(content.ledger().isVerified(), nowNanos);
        }
        discovery.start(nowNanos);
        announce(nowNanos);
        alarms.set(Alarm.TICK, nowNanos);
    }

    private void stop(String reason, long nowNanos) {
        if (!running) {
            return;
        }
        running = false;
        membership.dismissAll(reason, nowNanos);
        if (content != null) {
            content.interest().setActive(false, nowNanos);
        }
        discovery.stop(nowNanos);
        announce(nowNanos);
        alarms.clear(Alarm.TICK);
    }

    private void announce(long nowNanos) {
        if (content == null) {
            discovery.announce(Discovery.UNKNOWN_LEFT, false, nowNanos);
        } else {
            discovery.announce(content.left(), content.isPartialSeed(), nowNanos);
        }
        alarms.set(Alarm.ANNOUNCE, discovery.next());
    }

    // ---- traffic

    private void onMessage(PeerKey peer, PeerMessage message, long nowNanos) {
        PeerLink link = swarm.find(peer);
        if (link == null) {
            return;
        }
        try {
            Optional<byte[]> info = inbox.receive(link, message, content, nowNanos);
            link.lastReceivedAt = nowNanos;
            if (info.isPresent()) {
                swarm.emit(new TorrentEffect.MetadataReceived(info.get()));
            }
        } catch (Offence offence) {
            membership.expel(link, offence, nowNanos);
        }
    }

    private void onReadCompleted(PeerKey peer, long nowNanos) {
        PeerLink link = swarm.find(peer);
        if (link == null || content == null) {
            return;
        }
        content.requester().topUp(link, nowNanos);
        content.upload().serve(link, nowNanos);
        if (link.interested && link.amChoking && !link.askedForSlot) {
            membership.reviewSlots();
        }
        link.askedForSlot = link.interested;
    }

    private void onBlocksSent(PeerKey peer, int blocks, int bytes, long nowNanos) {
        PeerLink link = swarm.find(peer);
        if (link != null && content != null) {
            content.upload().onSent(link, blocks, bytes, nowNanos);
            if (link.mayTake <= 0) {
                membership.reviewSlots();
            }
        }
    }

    private void retryTransfers(long nowNanos) {
        if (content != null) {
            content.requester().retry(nowNanos);
            content.upload().retry(nowNanos);
        }
    }

    // ---- time

    private void onTimer(long nowNanos) {
        for (Optional<Alarm> due = alarms.pollDue(nowNanos); due.isPresent(); due = alarms.pollDue(nowNanos)) {
            switch (due.get()) {
                case TICK -> tick(nowNanos);
                case CHOKE -> membership.reviewSlots();
                case DIAL -> {} // settling dials
                case ANNOUNCE -> announce(nowNanos);
                case PACE -> retryDue(nowNanos);
            }
        }
    }

    private void retryDue(long nowNanos) {
        for (Optional<Pacing.Want> due = pacing.pollDue(nowNanos); due.isPresent(); due = pacing.pollDue(nowNanos)) {
            if (content != null) {
                switch (due.get()) {
                    case MEMORY, DOWNLOAD -> content.requester().retry(nowNanos);
                    case UPLOAD -> content.upload().retry(nowNanos);
                }
            }
        }
    }

    private void tick(long nowNanos) {
        connections.keepAlive(nowNanos);
        membership.dismissUseless(phase == Phase.SEEDING, nowNanos);
        if (content != null) {
            content.download().tick(nowNanos);
            content.superSeeding().tick(nowNanos);
        } else {
            metadata.advance(nowNanos);
        }
        if (conversation.exchangesPeers(Optional.ofNullable(content))) {
            for (PeerExchange.Message message : peerExchange.poll(nowNanos)) {
                PeerLink link = swarm.find(message.to());
                if (link != null) {
                    conversation.tellPeers(link, message, nowNanos);
                }
            }
        }
        discovery.lookUp(content != null && content.info().isPrivate(), phase == Phase.SEEDING, nowNanos);
        alarms.set(Alarm.TICK, nowNanos + (swarm.size() == 0 ? IDLE_TICK_NANOS : TICK_NANOS));
    }

    /// What may follow from any event: a new phase, a free slot, something to ask for, a connection to make.
    private void settle(long nowNanos) {
        enterPhase(nowNanos);
        if (content != null && content.ledger().isVerified() && running) {
            if (membership.slotsToReview()) {
                content.upload().choose(phase == Phase.SEEDING, nowNanos);
                alarms.set(Alarm.CHOKE, swarm.size() == 0 ? Long.MAX_VALUE : choker.nextDecisionNanos());
            }
            content.requester().topUpAll(nowNanos);
            pacing.review(content.requester().isStarved(), nowNanos);
            alarms.set(Alarm.PACE, pacing.nextNanos());
        }
        if (running && phase != Phase.CHECKING) {
            alarms.set(Alarm.DIAL, connections.dial(nowNanos));
        } else {
            alarms.clear(Alarm.DIAL);
        }
    }

    private void enterPhase(long nowNanos) {
        Phase before = phase;
        phase = currentPhase();
        if (phase == before) {
            return;
        }
        pool.setSeeding(phase == Phase.SEEDING);
        publish(new Notice.PhaseChanged(phase));
        membership.reviewSlots();
        if (phase == Phase.SEEDING) {
            membership.becomeSeed(nowNanos);
        } else if (before == Phase.SEEDING) {
            membership.becomeLeecher(nowNanos);
        }
    }

    private Phase currentPhase() {
        if (!failure.isEmpty()) {
            return Phase.FAILED;
        }
        if (!running) {
            return Phase.PAUSED;
        }
        if (content == null) {
            return Phase.FETCHING_METADATA;
        }
        if (!content.ledger().isVerified()) {
            return Phase.CHECKING;
        }
        return content.ledger().isComplete() ? Phase.SEEDING : Phase.DOWNLOADING;
    }

    private void publish(Notice notice) {
        swarm.emit(new TorrentEffect.Publish(notice));
    }
}
