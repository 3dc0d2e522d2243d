package dev.jackdaw.peer.engine;

import dev.jackdaw.peer.engine.TorrentEffect.Notice;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One torrent's brain: decides everything, touches nothing.
///
/// It routes events to the parts that know what to do: [Download], [Upload], [MetadataExchange], [Connections] and
/// [Discovery], and keeps the [Phase] and the deadlines. Everything that happens is a function of the events, their
/// times and the random generator. Not thread-safe: it belongs to one loop.
public final class TorrentEngine {
    private static final long TICK_NANOS = 1_000_000_000L;
    /// The same without any peer.
    private static final long IDLE_TICK_NANOS = 30_000_000_000L;
    /// How soon memory is asked for again after it was refused: another torrent may have given some back.
    private static final long MEMORY_RETRY_NANOS = 100_000_000L;
    /// A limit lets requests and blocks through in portions at least this far apart.
    private static final long PACE_NANOS = 25_000_000L;

    private enum Alarm {
        TICK,
        CHOKE,
        DIAL,
        ANNOUNCE,
        MEMORY,
        DOWNLOAD,
        UPLOAD
    }

    private final EngineConfig config;
    private final RandomGenerator random;
    private final BufferBudget buffers;
    private final Swarm swarm;
    private final PeerPool pool;
    private final Connections connections;
    private final Conversation conversation;
    private final Discovery discovery;
    private final MetadataExchange metadata;
    private final PeerExchange peerExchange = new PeerExchange();
    private final Choker choker;
    private final Traffic traffic = new Traffic();
    private final Allowance downAllowance = new Allowance();
    private final Allowance upAllowance = new Allowance();
    private final Deadlines<Alarm> alarms = new Deadlines<>(Alarm.class);
    private final Download.Exclusion exclusion;
    private final Inbox inbox;

    private @Nullable Content content;
    private byte @Nullable [] priorities;
    private boolean sequential;
    private boolean running;
    private boolean verified;
    private boolean slotsChanged;
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
        connections = new Connections(config, swarm, pool);
        conversation = new Conversation(config, swarm);
        discovery = new Discovery(infoHash, config, swarm, pool, traffic, random);
        choker = new Choker(config.uploadSlots(), random);
        exclusion = new Download.Exclusion() {
            @Override
            public void disconnect(PeerLink link, String reason, long nowNanos) {
                TorrentEngine.this.disconnect(link, reason, nowNanos);
            }

            @Override
            public void ban(PeerAddress address, String proof, long nowNanos) {
                TorrentEngine.this.ban(address, proof, nowNanos);
            }
        };
        metadata = new MetadataExchange(infoHash, swarm, exclusion);
        inbox = new Inbox(swarm, pool, connections, conversation, metadata, peerExchange);
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
        return new Census(swarm, choker, traffic, discovery)
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
            case TorrentEvent.Resumed() -> start(nowNanos);
            case TorrentEvent.Paused() -> {
                failure = "";
                stop("the torrent is paused", nowNanos);
            }
            case TorrentEvent.PiecePrioritiesSet(byte[] wanted) -> onPriorities(wanted.clone(), nowNanos);
            case TorrentEvent.SequentialSet(boolean value) -> {
                sequential = value;
                if (content != null) {
                    content.picker().setSequential(value);
                }
            }
            case TorrentEvent.LimitsSet(long down, long up) -> {
                downAllowance.limit(down, nowNanos);
                upAllowance.limit(up, nowNanos);
                retryTransfers(nowNanos);
            }
            case TorrentEvent.QuotaGranted(TorrentEvent.Direction direction, long bytes) -> {
                switch (direction) {
                    case DOWNLOAD -> downAllowance.grant(bytes);
                    case UPLOAD -> upAllowance.grant(bytes);
                }
                retryTransfers(nowNanos);
            }
            case TorrentEvent.PeersFound found -> pool.add(found.source(), found.addresses(), nowNanos);
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
            case TorrentEvent.PeerConnected connected -> onConnected(connected, nowNanos);
            case TorrentEvent.ConnectFailed(PeerKey peer, PeerAddress _, String _) ->
                connections.onConnectFailed(peer, nowNanos);
            case TorrentEvent.PeerDisconnected(PeerKey peer, String _) -> {
                PeerLink link = swarm.find(peer);
                if (link != null) {
                    forget(link, nowNanos);
                } else {
                    connections.onConnectFailed(peer, nowNanos);
                }
            }
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
        Download download = new Download(ledger, picker, evidence, swarm, downAllowance, traffic, exclusion);
        Upload upload = new Upload(info.infoHash(), ledger, swarm, choker, upAllowance, traffic);
        Content known = new Content(info, ledger, picker, download, upload);
        content = known;
        for (PeerLink link : swarm.snapshot()) {
            try {
                link.early.replay(link, download, nowNanos);
                conversation.tellExtensions(link, Optional.of(known), false, nowNanos);
            } catch (Offence offence) {
                disconnect(link, offence.reason(), nowNanos);
            }
        }
    }

    private void onVerified(Bitfield have, long nowNanos) {
        Content known = content;
        if (known == null) {
            return;
        }
        Bitfield before = known.ledger().have().copy();
        verified = true;
        known.download().onVerified(have);
        for (PeerLink link : swarm.snapshot()) {
            if (!link.toldWhatWeHave) {
                introduce(link, known, nowNanos);
            } else if (!conversation.tellChanges(link, before, have, nowNanos)) {
                disconnect(link, "what we have has changed as a whole", nowNanos);
            }
        }
        known.download().setActive(running, nowNanos);
        known.download().retry(nowNanos);
        slotsChanged = true;
    }

    private void introduce(PeerLink link, Content known, long nowNanos) {
        conversation.tellInventory(link, known.ledger().have(), nowNanos);
        if (link.saidWhatItHas) {
            known.upload().allowFast(link, nowNanos);
        }
    }

    private void onPriorities(byte[] wanted, long nowNanos) {
        priorities = wanted;
        if (content != null && wanted.length == content.ledger().layout().pieceCount()) {
            content.download().prioritize(wanted, nowNanos);
            content.download().retry(nowNanos);
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
            discovery.schedule().completed(nowNanos);
            announce(nowNanos);
        }
    }

    private void onStorageFailed(TorrentEvent.StorageFailed failed, long nowNanos) {
        failure = failed.operation() + " " + failed.path() + ": " + failed.cause();
        stop("the torrent has failed", nowNanos);
        if (content != null) {
            content.ledger().abandonVerifying();
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
            content.download().setActive(verified, nowNanos);
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
        for (PeerLink link : swarm.snapshot()) {
            swarm.emit(new TorrentEffect.Disconnect(link.key(), reason));
            remove(link);
            connections.dismissed(link, nowNanos);
        }
        for (PeerKey key : connections.abandonDials(nowNanos)) {
            swarm.emit(new TorrentEffect.Disconnect(key, reason));
        }
        if (content != null) {
            content.download().dropAll();
            content.download().setActive(false, nowNanos);
        }
        discovery.stop(nowNanos);
        announce(nowNanos);
        alarms.clear(Alarm.TICK);
    }

    private void announce(long nowNanos) {
        discovery.announce(content == null ? Discovery.UNKNOWN_LEFT : content.left(), nowNanos);
        alarms.set(Alarm.ANNOUNCE, discovery.next());
    }

    // ---- connections

    private void onConnected(TorrentEvent.PeerConnected event, long nowNanos) {
        PeerLink link = new PeerLink(event.peer(), event.address(), event.incoming(), event.handshake(), nowNanos);
        Optional<String> refusal =
                running ? connections.refuse(link, nowNanos) : Optional.of("the torrent does not run");
        if (refusal.isPresent()) {
            swarm.emit(new TorrentEffect.Disconnect(link.key(), refusal.get()));
            connections.left(link, nowNanos);
            return;
        }
        swarm.add(link);
        if (content != null) {
            content.download()
                    .adopt(link, new Bitfield(content.ledger().layout().pieceCount()), nowNanos);
        }
        if (verified && content != null) {
            introduce(link, content, nowNanos);
        }
        boolean seeding = phase == Phase.SEEDING;
        conversation.tellExtensions(link, Optional.ofNullable(content), seeding, nowNanos);
        if (config.dht() && link.hasDht() && config.port() != 0) {
            swarm.send(link, new PeerMessage.Port(config.port()), nowNanos);
        }
        Optional<PeerLink> twin = connections.twin(link);
        if (twin.isPresent()) {
            disconnect(connections.surplus(twin.get(), link), "connected twice", nowNanos);
        }
        alarms.set(Alarm.TICK, Math.min(alarms.at(Alarm.TICK), nowNanos + TICK_NANOS));
    }

    private void disconnect(PeerLink link, String reason, long nowNanos) {
        if (swarm.find(link.key()) == link) {
            swarm.emit(new TorrentEffect.Disconnect(link.key(), reason));
            forget(link, nowNanos);
        }
    }

    private void forget(PeerLink link, long nowNanos) {
        remove(link);
        connections.left(link, nowNanos);
    }

    private void remove(PeerLink link) {
        swarm.remove(link);
        if (content != null) {
            content.download().left(link);
        }
        metadata.left(link);
        peerExchange.left(link.key());
        slotsChanged |= !link.amChoking;
    }

    private void ban(PeerAddress address, String proof, long nowNanos) {
        pool.ban(address);
        publish(new Notice.PeerBanned(address, proof));
        for (PeerLink link : swarm.snapshot()) {
            if (pool.isBanned(link.address())) {
                if (link.listenPort().isPresent()) {
                    pool.ban(link.listenAddress());
                }
                disconnect(link, proof, nowNanos);
            }
        }
    }

    // ---- traffic

    private void onMessage(PeerKey peer, PeerMessage message, long nowNanos) {
        PeerLink link = swarm.find(peer);
        if (link == null) {
            return;
        }
        link.lastReceivedAt = nowNanos;
        try {
            Optional<byte[]> info = inbox.receive(link, message, content, nowNanos);
            if (info.isPresent()) {
                swarm.emit(new TorrentEffect.MetadataReceived(info.get()));
            }
        } catch (Offence offence) {
            disconnect(link, offence.reason(), nowNanos);
        }
    }

    private void onReadCompleted(PeerKey peer, long nowNanos) {
        PeerLink link = swarm.find(peer);
        if (link == null || content == null) {
            return;
        }
        content.download().topUp(link, nowNanos);
        content.upload().serve(link, nowNanos);
        slotsChanged |= link.interested && link.amChoking && !link.askedForSlot;
        link.askedForSlot = link.interested;
    }

    private void onBlocksSent(PeerKey peer, int blocks, int bytes, long nowNanos) {
        PeerLink link = swarm.find(peer);
        if (link != null && content != null) {
            content.upload().onSent(link, blocks, bytes, nowNanos);
        }
    }

    private void retryTransfers(long nowNanos) {
        if (content != null) {
            content.download().retry(nowNanos);
            content.upload().retry(nowNanos);
        }
    }

    // ---- time

    private void onTimer(long nowNanos) {
        for (Optional<Alarm> due = alarms.pollDue(nowNanos); due.isPresent(); due = alarms.pollDue(nowNanos)) {
            switch (due.get()) {
                case TICK -> tick(nowNanos);
                case CHOKE -> slotsChanged = true;
                case DIAL -> {} // settling dials
                case ANNOUNCE -> announce(nowNanos);
                case MEMORY, DOWNLOAD -> {
                    if (content != null) {
                        content.download().retry(nowNanos);
                    }
                }
                case UPLOAD -> {
                    if (content != null) {
                        content.upload().retry(nowNanos);
                    }
                }
            }
        }
    }

    private void tick(long nowNanos) {
        connections.keepAlive(nowNanos);
        for (PeerLink link : swarm.snapshot()) {
            connections.useless(link, phase == Phase.SEEDING, nowNanos).ifPresent(reason -> {
                pool.setSeed(link.listenAddress(), link.wantsNothing(), nowNanos);
                disconnect(link, reason, nowNanos);
            });
        }
        if (content != null) {
            content.download().tick(nowNanos);
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
        discovery.lookUp(content != null && content.info().isPrivate(), nowNanos);
        alarms.set(Alarm.TICK, nowNanos + (swarm.size() == 0 ? IDLE_TICK_NANOS : TICK_NANOS));
    }

    /// What may follow from any event: a new phase, a free slot, something to ask for, a connection to make.
    private void settle(long nowNanos) {
        enterPhase(nowNanos);
        if (content != null && verified && running) {
            if (slotsChanged) {
                slotsChanged = false;
                content.upload().choose(phase == Phase.SEEDING, nowNanos);
                alarms.set(Alarm.CHOKE, swarm.size() == 0 ? Long.MAX_VALUE : choker.nextRoundNanos());
            }
            content.download().topUpAll(nowNanos);
            setPaces(content, nowNanos);
        }
        if (running && phase != Phase.CHECKING) {
            alarms.set(Alarm.DIAL, connections.dial(nowNanos));
        } else {
            alarms.clear(Alarm.DIAL);
        }
    }

    private void setPaces(Content known, long nowNanos) {
        Download download = known.download();
        setPace(Alarm.MEMORY, download.isStarved(), nowNanos + MEMORY_RETRY_NANOS);
        setPace(Alarm.DOWNLOAD, download.waitsForAllowance(), paced(downAllowance, nowNanos));
        setPace(Alarm.UPLOAD, known.upload().waitsForAllowance(), paced(upAllowance, nowNanos));
    }

    /// Sets an alarm that is not set yet, so that frequent events do not put it off for ever.
    private void setPace(Alarm alarm, boolean needed, long atNanos) {
        if (!needed) {
            alarms.clear(alarm);
        } else if (alarms.at(alarm) == Long.MAX_VALUE) {
            alarms.set(alarm, atNanos);
        }
    }

    private static long paced(Allowance allowance, long nowNanos) {
        long next = allowance.nextAvailableNanos(nowNanos);
        return next == Long.MAX_VALUE ? next : Math.max(next, nowNanos + PACE_NANOS);
    }

    private void enterPhase(long nowNanos) {
        Phase next = currentPhase();
        if (next == phase) {
            return;
        }
        phase = next;
        pool.setSeeding(phase == Phase.SEEDING);
        publish(new Notice.PhaseChanged(phase));
        slotsChanged = true;
        if (phase == Phase.SEEDING) {
            for (PeerLink link : swarm.snapshot()) {
                if (link.wantsNothing()) {
                    pool.setSeed(link.listenAddress(), true, nowNanos);
                    disconnect(link, "both sides are complete", nowNanos);
                } else {
                    conversation.tellExtensions(link, Optional.ofNullable(content), true, nowNanos);
                }
            }
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
        if (!verified) {
            return Phase.CHECKING;
        }
        return content.ledger().isComplete() ? Phase.SEEDING : Phase.DOWNLOADING;
    }

    private void publish(Notice notice) {
        swarm.emit(new TorrentEffect.Publish(notice));
    }
}
