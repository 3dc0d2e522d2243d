package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.ExtensionHandshake;
import dev.jackdaw.protocol.wire.Handshake;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One connection's protocol state: the four flags of choking and interest, what the peer has, what it and we have
/// asked for, and what it has done so far.
///
/// It decides nothing; [Interest], [Requester], [Download], [Upload] and [Connections] do. Fields without
/// further rules are open to them.
final class PeerLink {
    /// Pieces that a choked peer says we may ask for (BEP 6); more are ignored.
    private static final int MAX_ALLOWED_FAST = 64;
    /// Suggestions that are remembered (BEP 6); a new one replaces the oldest.
    private static final int MAX_SUGGESTED = 16;

    private static final Bitfield NOTHING = new Bitfield(0);

    private final PeerKey key;
    private final PeerAddress address;
    private final boolean incoming;
    private final boolean utp;
    private final Handshake handshake;
    private final long connectedAt;

    // ---- the four flags of BEP 3

    boolean amChoking = true;
    boolean amInterested;
    boolean choked = true;
    boolean interested;

    // ---- content

    /// What the peer has; `null` until the number of pieces is known.
    private @Nullable Bitfield have;
    /// Whether the peer is counted as one that has everything in [AvailabilityOrder].
    boolean countedAsSeed;
    /// How many pieces it has that we want.
    int interesting;
    /// Pieces that it has refused since it last unchoked us; `null` while there are none.
    private @Nullable Bitfield declined;

    private final SortedSet<Integer> allowedToAsk = new TreeSet<>();
    private final List<Integer> suggested = new ArrayList<>();
    /// Pieces that it may ask for while we choke it.
    final SortedSet<Integer> allowedToServe = new TreeSet<>();
    /// What it has said while the number of pieces was unknown.
    final EarlyInventory early = new EarlyInventory();
    /// Whether it has said what it has, so that no bitfield may come any more.
    boolean saidWhatItHas;
    /// Whether we have said what we have.
    boolean toldWhatWeHave;

    // ---- transfer

    final RequestPipeline pipeline = new RequestPipeline();
    final UploadQueue uploads = new UploadQueue();
    final RateMeter fromPeer = new RateMeter();
    final RateMeter toPeer = new RateMeter();
    /// The piece it is working on.
    @Nullable
    PartialPiece current;
    /// [PieceLedger#version()] when nothing was found to ask for.
    long idleVersion = -1;
    boolean snubbed;
    /// Blocks of its that were in pieces that passed.
    long verifiedBlocks;
    /// Whether it took part in a piece that failed, and has not shown since that it was not the one who lied: see
    /// [Parole].
    boolean onParole;
    /// Whether others of its host have broken the rules, and it has not shown yet that it is better: see
    /// [Suspicion].
    boolean isSuspect;
    /// Whether it is told that we are interested, though it is a suspect.
    boolean invited;
    /// When it was last tried as a suspect; `Long.MIN_VALUE` for never.
    long triedAt = Long.MIN_VALUE;
    /// Bytes of its that were of no use.
    long wastedBytes;
    /// Answers that may still come to requests which were given up, by cancel or choke.
    int strays;
    /// Blocks and refusals that nobody asked for.
    int unasked;
    /// How often it choked us since its last block.
    int fruitlessChokes;
    /// Refusals since its last block.
    int refusals;
    /// Requests of its that were refused.
    int badRequests;
    /// Requests of its less cancels of its: below zero it cancels what it never asked for.
    long notCancelled;
    /// Messages that were allowed but of no use.
    int noise;
    /// Whether it was interested when slots were last looked at for its sake.
    boolean askedForSlot;
    long unchokedAt = Long.MIN_VALUE;
    /// When it last took a block of us, or asked for one while nothing was under way to it.
    long usedSlotAt = Long.MIN_VALUE;
    /// Bytes that it may have while it is unchoked: few while a seed has it on trial, see [SeedTurns].
    long mayTake = Long.MAX_VALUE;
    /// How many of a seed's slots in a row it made no use of.
    int wastedTurns;

    // ---- connection

    long lastSentAt;
    long lastReceivedAt;

    // ---- extensions

    private final Map<Extension, Integer> extensionIds = new EnumMap<>(Extension.class);
    private String client = "";
    private OptionalInt listenPort = OptionalInt.empty();
    private OptionalInt metadataSize = OptionalInt.empty();
    private boolean uploadOnly;

    PeerLink(TorrentEvent.PeerConnected connected, long nowNanos) {
        this.key = connected.peer();
        this.address = connected.address();
        this.incoming = connected.incoming();
        this.utp = connected.utp();
        this.handshake = connected.handshake();
        this.connectedAt = nowNanos;
        this.lastSentAt = nowNanos;
        this.lastReceivedAt = nowNanos;
    }

    PeerKey key() {
        return key;
    }

    /// The remote end of the connection.
    PeerAddress address() {
        return address;
    }

    boolean isIncoming() {
        return incoming;
    }

    PeerId peerId() {
        return handshake.peerId();
    }

    long connectedAtNanos() {
        return connectedAt;
    }

    /// BEP 6.
    boolean isFast() {
        return handshake.reserved().fast();
    }

    /// BEP 10.
    boolean hasExtensions() {
        return handshake.reserved().extensions();
    }

    /// BEP 5.
    boolean hasDht() {
        return handshake.reserved().dht();
    }

    /// Where it can be dialled: where we dialled it, or the port it has told of.
    PeerAddress listenAddress() {
        if (!incoming) {
            return address;
        }
        return address.withPort(listenPort.orElse(0));
    }

    /// Where it is to be dialled over uTP while it dials: over the port that its NAT has given it, if we know
    /// that.
    PeerAddress punchAddress() {
        return utp ? address : listenAddress();
    }

    // ---- what it has

    /// What the peer has; empty while the number of pieces is unknown. Shared; changed by [Interest] only.
    Bitfield have() {
        return have == null ? NOTHING : have;
    }

    void setHave(Bitfield pieces) {
        have = pieces;
        declined = null;
    }

    /// Whether something that it sent was found right, and nothing is held against it.
    boolean isProven() {
        return verifiedBlocks > 0 && !onParole;
    }

    /// Whether it has what we want, which a suspect is not told before its turn.
    boolean isOfInterest() {
        return amInterested || (isSuspect && interesting > 0);
    }

    boolean isSeed() {
        return have != null && have.isFull();
    }

    /// Whether it wants nothing (BEP 21), or can want nothing.
    boolean wantsNothing() {
        return uploadOnly || isSeed();
    }

    // ---- what we may ask it for

    boolean mayAsk() {
        return amInterested && (!choked || !allowedToAsk.isEmpty());
    }

    boolean mayAskFor(int piece) {
        return (!choked || allowedToAsk.contains(piece)) && (declined == null || !declined.get(piece));
    }

    /// Whether requests for the piece outlive a choke (BEP 6, "Allowed Fast").
    boolean isAllowedFast(int piece) {
        return isFast() && allowedToAsk.contains(piece);
    }

    void allowFast(int piece) {
        if (allowedToAsk.size() < MAX_ALLOWED_FAST) {
            allowedToAsk.add(piece);
        }
    }

    void suggest(int piece) {
        suggested.removeIf(each -> each == piece);
        if (suggested.size() == MAX_SUGGESTED) {
            suggested.removeFirst();
        }
        suggested.add(piece);
    }

    /// What it would like to be asked for, oldest first.
    List<Integer> suggested() {
        return suggested;
    }

    void decline(int piece) {
        if (have == null) {
            return;
        }
        if (declined == null) {
            declined = new Bitfield(have.size());
        }
        declined.set(piece);
    }

    void forgetDeclined() {
        declined = null;
    }

    void forgetDeclined(int piece) {
        if (declined != null) {
            declined.clear(piece);
        }
    }

    // ---- extensions

    /// Takes what an extension handshake says, the first or a later one.
    void extend(ExtensionHandshake message) {
        extensionIds.putAll(message.ids());
        client = message.client().orElse(client);
        listenPort = message.listenPort().isPresent() ? message.listenPort() : listenPort;
        metadataSize = message.metadataSize().isPresent() ? message.metadataSize() : metadataSize;
        message.maxRequests().ifPresent(pipeline::setPeerLimit);
        uploadOnly = message.uploadOnly();
    }

    /// The id that the peer wants to see on such messages; empty if it does not take them.
    OptionalInt extensionId(Extension extension) {
        int id = extensionIds.getOrDefault(extension, 0);
        return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    String client() {
        return client;
    }

    OptionalInt listenPort() {
        return listenPort;
    }

    OptionalInt metadataSize() {
        return metadataSize;
    }

    @Override
    public String toString() {
        return address + (incoming ? " (incoming)" : "");
    }
}
