package dev.jackdaw.peer.simulation;

import dev.jackdaw.peer.engine.EngineConfig;
import dev.jackdaw.peer.engine.PeerKey;
import dev.jackdaw.peer.engine.TorrentEffect;
import dev.jackdaw.peer.engine.TorrentEngine;
import dev.jackdaw.peer.engine.TorrentEvent;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.tracker.AnnounceEvent;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.ReservedBits;
import dev.jackdaw.simulation.Alarm;
import dev.jackdaw.simulation.SimulatedConnection;
import dev.jackdaw.simulation.SimulatedHost;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/// A peer of a [SwarmSimulation]: a production engine, and the driver that performs its effects in virtual time.
public final class SimulatedPeer implements SimulatedHost.Acceptor<Object> {
    private static final int PORT = 6881;
    /// Hashing and writing a piece: this, and a nanosecond for each two bytes.
    private static final long DISK_NANOS = 1_000_000L;

    private static final long TRACKER_ROUND_TRIP_NANOS = 60_000_000L;

    final SwarmSimulation swarm;
    final VirtualDisk disk;
    private final int number;
    private final SimulatedHost<Object> host;
    private final Behaviour behaviour;
    private final boolean startsComplete;
    private final EngineConfig config;
    private final TorrentEngine engine;
    private final Alarm alarm;
    private final Map<PeerKey, SimulatedLink> links = new HashMap<>();
    private long nextIncomingKey = 1;
    private int established;
    private boolean running;
    private boolean left;
    private long joinedAtNanos;
    private OptionalLong completedAtNanos = OptionalLong.empty();

    SimulatedPeer(
            SwarmSimulation swarm,
            int number,
            SimulatedHost<Object> host,
            Behaviour behaviour,
            boolean startsComplete,
            RandomGenerator random) {
        this.swarm = swarm;
        this.number = number;
        this.host = host;
        this.behaviour = behaviour;
        this.startsComplete = startsComplete;
        SwarmSetup setup = swarm.setup();
        disk = new VirtualDisk(swarm.content(), swarm.violations(), toString());
        config = new EngineConfig(
                PeerId.random("-JD0000-", random),
                PORT,
                "Jackdaw",
                false,
                false,
                true,
                setup.maxConnections,
                setup.maxHalfOpen,
                setup.uploadSlots);
        engine = new TorrentEngine(swarm.content().info().infoHash(), config, random, disk, this::perform);
        alarm = new Alarm(swarm.time(), () -> handle(new TorrentEvent.TimerElapsed()));
        if (startsComplete) {
            disk.fill();
        }
    }

    public PeerAddress address() {
        return host.address();
    }

    public Behaviour behaviour() {
        return behaviour;
    }

    /// Whether it had everything from the start.
    public boolean startedComplete() {
        return startsComplete;
    }

    public boolean isComplete() {
        return disk.have().isFull();
    }

    /// Verified pieces, a copy.
    public Bitfield have() {
        return disk.have().copy();
    }

    /// Whether it has left the swarm.
    public boolean hasLeft() {
        return left;
    }

    /// Virtual nanoseconds from joining to the last piece; empty if that has not come, or it had everything from the
    /// start.
    public OptionalLong downloadNanos() {
        return completedAtNanos.isPresent()
                ? OptionalLong.of(completedAtNanos.getAsLong() - joinedAtNanos)
                : OptionalLong.empty();
    }

    @Override
    public String toString() {
        return "peer " + number;
    }

    int number() {
        return number;
    }

    Handshake handshake() {
        return new Handshake(ReservedBits.ours(false), swarm.content().info().infoHash(), config.peerId());
    }

    /// Enters the swarm.
    ///
    /// @param withMetadata whether it has the `.torrent` file, rather than a magnet link
    void join(boolean withMetadata) {
        running = true;
        joinedAtNanos = swarm.time().nanos();
        host.listen(this);
        if (withMetadata) {
            learnContent();
        }
        handle(new TorrentEvent.ExternalAddressKnown(host.address()));
        handle(new TorrentEvent.TrackersSet(List.of(List.of(VirtualTracker.URL))));
        handle(new TorrentEvent.Resumed());
    }

    /// Leaves with all the goodbyes.
    void leave() {
        if (left) {
            return;
        }
        if (running) {
            handle(new TorrentEvent.Paused());
        }
        left = true;
        running = false;
        host.shutDown();
    }

    /// Vanishes.
    void crash() {
        left = true;
        running = false;
        host.crash();
    }

    @Override
    public Optional<SimulatedConnection.Receiver<Object>> accept(SimulatedConnection<Object> connection) {
        SimulatedLink link = new SimulatedLink(this, new PeerKey(nextIncomingKey), connection.remoteAddress(), true);
        nextIncomingKey += 2;
        links.put(link.key, link);
        link.open(connection);
        return Optional.of(link);
    }

    void handle(TorrentEvent event) {
        if (running) {
            engine.handle(event, swarm.time().nanos());
            alarm.set(engine.nextTimeoutNanos());
        }
    }

    /// Hands the engine an event after what it is doing now.
    private void post(TorrentEvent event) {
        swarm.time().after(0, () -> handle(event));
    }

    void forget(SimulatedLink link) {
        if (links.remove(link.key) != null && link.isEstablished()) {
            established--;
        }
    }

    /// Both handshakes are done.
    void connected(SimulatedLink link, TorrentEvent.PeerConnected event) {
        established++;
        handle(event); // which may refuse it
        if (established > config.maxConnections()) {
            swarm.violations().add("%s has %d connections, may have %d", this, established, config.maxConnections());
        }
    }

    private void perform(TorrentEffect effect) {
        switch (effect) {
            case TorrentEffect.Connect connect -> {
                SimulatedLink link = new SimulatedLink(this, connect.peer(), connect.address(), false);
                links.put(link.key, link);
                link.open(host.dial(connect.address(), link));
            }
            case TorrentEffect.Disconnect disconnect -> {
                SimulatedLink link = links.get(disconnect.peer());
                if (link != null) {
                    forget(link);
                    link.close(disconnect.reason());
                    post(new TorrentEvent.PeerDisconnected(disconnect.peer(), disconnect.reason()));
                }
            }
            case TorrentEffect.Send send -> {
                SimulatedLink link = links.get(send.peer());
                if (link != null && isSent(send.message())) {
                    checkClaim(send.message());
                    link.send(send.message());
                }
            }
            case TorrentEffect.SendBlocks send -> {
                SimulatedLink link = links.get(send.peer());
                if (link != null) {
                    link.send(send.blocks());
                }
            }
            case TorrentEffect.StoreBlock store -> disk.store(store.piece(), store.begin(), store.data());
            case TorrentEffect.CompletePiece complete ->
                swarm.time()
                        .after(
                                DISK_NANOS + swarm.content().layout().length(complete.piece()) / 2,
                                () -> complete(complete.piece(), complete.digests()));
            case TorrentEffect.DropPiece drop -> disk.drop(drop.piece());
            case TorrentEffect.MetadataReceived received -> {
                if (!Arrays.equals(received.infoBytes(), swarm.content().info().bytes())) {
                    swarm.violations().add("%s accepted metadata that is not the torrent's", this);
                }
                swarm.time().after(0, this::learnContent);
            }
            case TorrentEffect.Announce announce -> announce(announce);
            case TorrentEffect.LookUpPeers _ -> {} // there is no DHT here
            case TorrentEffect.DhtNodeSeen _, TorrentEffect.Distrust _ -> {}
            case TorrentEffect.Publish publish -> publish(publish.notice());
        }
    }

    private void learnContent() {
        handle(new TorrentEvent.InfoKnown(swarm.content().info()));
        handle(new TorrentEvent.PiecesVerified(disk.have().copy()));
    }

    private void complete(int piece, boolean wantsDigests) {
        if (!running) {
            return;
        }
        long[] digests = new long[swarm.content().layout().blockCount(piece)];
        if (disk.complete(piece, digests)) {
            swarm.gained(this, piece);
            if (disk.have().isFull()) {
                completedAtNanos = OptionalLong.of(swarm.time().nanos());
                swarm.completed(this);
            }
            handle(new TorrentEvent.PieceStored(piece, wantsDigests ? digests : new long[0]));
        } else {
            handle(new TorrentEvent.PieceFailed(piece, digests));
        }
    }

    private void announce(TorrentEffect.Announce announce) {
        var reply = swarm.tracker().announce(host.address(), announce.request());
        if (announce.request().event() != AnnounceEvent.STOPPED) {
            swarm.time()
                    .after(
                            TRACKER_ROUND_TRIP_NANOS,
                            () -> handle(new TorrentEvent.AnnounceAnswered(announce.tracker(), reply, false)));
        }
    }

    private void publish(TorrentEffect.Notice notice) {
        switch (notice) {
            case TorrentEffect.Notice.PieceGained(int piece) -> {
                if (!disk.have().get(piece)) {
                    swarm.violations().add("%s claims to have gained piece %d, which failed its hash", this, piece);
                }
            }
            case TorrentEffect.Notice.Completed() -> {
                if (!disk.have().isFull()) {
                    swarm.violations().add("%s claims to be complete with %s pieces", this, disk.have());
                }
            }
            case TorrentEffect.Notice.PeerBanned(PeerAddress address, String proof) ->
                swarm.banned(this, address, proof);
            case TorrentEffect.Notice.PhaseChanged _ -> {}
        }
    }

    private boolean isSent(PeerMessage message) {
        return behaviour != Behaviour.FREE_RIDER
                || !(message instanceof PeerMessage.Unchoke || message instanceof PeerMessage.AllowedFast);
    }

    /// No peer may say that it has what it has not.
    private void checkClaim(PeerMessage message) {
        PieceLayout layout = swarm.content().layout();
        boolean holds = switch (message) {
            case PeerMessage.Have(int piece) ->
                layout.isPiece(piece) && disk.have().get(piece);
            case PeerMessage.HaveAll() -> disk.have().isFull();
            case PeerMessage.HaveBitfield(byte[] bits) ->
                claimsNoMoreThan(bits, disk.have().toWire());
            case PeerMessage.KeepAlive _,
                    PeerMessage.Choke _,
                    PeerMessage.Unchoke _,
                    PeerMessage.Interested _,
                    PeerMessage.NotInterested _,
                    PeerMessage.Request _,
                    PeerMessage.Piece _,
                    PeerMessage.Cancel _,
                    PeerMessage.Port _,
                    PeerMessage.Suggest _,
                    PeerMessage.HaveNone _,
                    PeerMessage.Reject _,
                    PeerMessage.AllowedFast _,
                    PeerMessage.Extended _,
                    PeerMessage.Unknown _ -> true;
        };
        if (!holds) {
            swarm.violations().add("%s says %s and has %s", this, message, disk.have());
        }
    }

    private static boolean claimsNoMoreThan(byte[] claimed, byte[] had) {
        for (int i = 0; i < had.length; i++) {
            if ((claimed[i] & ~had[i]) != 0) {
                return false;
            }
        }
        return claimed.length == had.length;
    }
}
