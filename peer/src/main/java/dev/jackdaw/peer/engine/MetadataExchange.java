package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.MetadataMessage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The info dictionary from peers and to peers (BEP 9).
///
/// Each peer is asked for a copy of its own, so that a peer that lies about the size or the bytes spoils nobody
/// else's copy, and a copy with the wrong hash proves who lied. A few peers are asked at a time, those first that
/// say the least size, since a lie about little is soon found out. One that makes no progress for a second no
/// longer counts, nor does one that will take long, so that neither silent nor slow peers keep an honest one
/// waiting. What copies may come to together is bounded: for another peer's copy one that does not count makes
/// room, or a larger one.
final class MetadataExchange {
    /// Copies that are growing at a time.
    static final int MAX_ACTIVE = 5;
    /// Copies in all, those that stand still included.
    static final int MAX_COPIES = 32;
    /// Pieces asked of a peer at a time. rtorrent 0.9.8 stops reading at a request that comes while it still answers
    /// the one before, and goes on only when more bytes arrive: with two under way, both sides wait for ever.
    static final int MAX_REQUESTS = 1;
    /// Pieces that a peer may ask for again beyond [#MAX_SERVED_COPIES], because of what went astray.
    static final int MAX_REPEATS = 8;
    /// How often a peer may refuse or let us wait before it is not asked again.
    static final int MAX_FAILURES = 3;
    /// Copies of the whole dictionary that a peer may fetch of us, and some pieces more.
    static final int MAX_SERVED_COPIES = 3;
    /// A larger dictionary is not fetched.
    static final int MAX_SIZE = 32 << 20;
    /// What all copies may come to together.
    static final long MAX_BYTES = 48L << 20;

    private static final long STILL_NANOS = 1_000_000_000L;
    private static final long GIVE_UP_NANOS = 10_000_000_000L;
    /// How long a copy counts at first, and later if it will be whole within this time.
    private static final long TRIAL_NANOS = 2_000_000_000L;

    private static final long MAX_AGE_NANOS = 30_000_000_000L;
    /// Bytes per second.
    private static final int POOR_RATE = 16 << 10;
    private static final long PAUSE_NANOS = 15_000_000_000L;

    private final InfoHash infoHash;
    private final Swarm swarm;
    private final Download.Exclusion exclusion;
    private final Map<PeerKey, Copy> copies = new LinkedHashMap<>();
    private final Map<PeerKey, Reputation> reputations = new LinkedHashMap<>();
    /// What the copies will hold when they are whole.
    private long promisedBytes;
    private boolean found;

    private static final byte[] MISSING = {};

    /// One peer's copy of the dictionary, as far as it has come.
    private static final class Copy {
        final byte[][] pieces;
        final int size;
        final boolean[] asked;
        int received;
        int outstanding;
        long bytes;
        long progressAt;
        final long begunAt;

        Copy(int size, long nowNanos) {
            this.size = size;
            this.pieces = new byte[MetadataMessage.pieceCount(size)][];
            Arrays.fill(pieces, MISSING);
            this.asked = new boolean[pieces.length];
            this.progressAt = nowNanos;
            this.begunAt = nowNanos;
        }

        /// Whether it comes in so well that no other peer need be asked.
        boolean isGrowing(long nowNanos) {
            long age = nowNanos - begunAt;
            return nowNanos - progressAt <= STILL_NANOS
                    && (age <= TRIAL_NANOS || (size - bytes) * 1e9 <= bytesPerSecond(age) * TRIAL_NANOS);
        }

        boolean isHopeless(long nowNanos) {
            long age = nowNanos - begunAt;
            return nowNanos - progressAt > GIVE_UP_NANOS || (age > MAX_AGE_NANOS && bytesPerSecond(age) < POOR_RATE);
        }

        boolean expects(int piece) {
            return piece >= 0 && piece < pieces.length && asked[piece] && pieces[piece].length == 0;
        }

        private double bytesPerSecond(long ageNanos) {
            return bytes * 1e9 / ageNanos;
        }
    }

    private static final class Reputation {
        int failures;
        long notBefore = Long.MIN_VALUE;
        int served;
    }

    MetadataExchange(InfoHash infoHash, Swarm swarm, Download.Exclusion exclusion) {
        this.infoHash = infoHash;
        this.swarm = swarm;
        this.exclusion = exclusion;
    }

    // ---- fetching

    /// Looks after the copies under way, and begins more if few grow. To be called when a peer has told its size, and
    /// once a second.
    void advance(long nowNanos) {
        if (found) {
            return;
        }
        for (Map.Entry<PeerKey, Copy> entry : new LinkedHashMap<>(copies).entrySet()) {
            if (entry.getValue().isHopeless(nowNanos)) {
                giveUp(entry.getKey(), nowNanos);
            }
        }
        List<PeerLink> candidates = swarm.links().stream()
                .filter(link -> mayFetchFrom(link, nowNanos))
                .sorted(Comparator.comparingInt(
                        link -> link.metadataSize().orElseThrow())) // stable: then in connection order
                .toList();
        for (PeerLink link : candidates) {
            int size = link.metadataSize().orElseThrow();
            if (growing(size, nowNanos) < MAX_ACTIVE && makeRoom(size, nowNanos)) {
                Copy copy = new Copy(size, nowNanos);
                copies.put(link.key(), copy);
                promisedBytes += size;
                ask(link, copy, nowNanos);
            }
        }
    }

    /// How many copies grow that are no larger: a peer that claims a huge dictionary keeps nobody waiting who claims
    /// less.
    private long growing(int maxSize, long nowNanos) {
        return copies.values().stream()
                .filter(copy -> copy.size <= maxSize && copy.isGrowing(nowNanos))
                .count();
    }

    /// Gives up the least promising copies for one of that size; says whether there is room then.
    private boolean makeRoom(int size, long nowNanos) {
        while (copies.size() >= MAX_COPIES || (promisedBytes + size > MAX_BYTES && !copies.isEmpty())) {
            Optional<Map.Entry<PeerKey, Copy>> least = copies.entrySet().stream()
                    .filter(each -> !each.getValue().isGrowing(nowNanos) || each.getValue().size > size)
                    .max(Comparator.comparing((Map.Entry<PeerKey, Copy> each) ->
                                    !each.getValue().isGrowing(nowNanos))
                            .thenComparingInt(each -> each.getValue().size));
            if (least.isEmpty()) {
                return false;
            }
            forget(least.get().getKey());
            reputation(least.get().getKey()).notBefore = nowNanos + PAUSE_NANOS;
        }
        return true;
    }

    private boolean forget(PeerKey peer) {
        Copy copy = copies.remove(peer);
        promisedBytes -= copy == null ? 0 : copy.size;
        return copy != null;
    }

    private boolean mayFetchFrom(PeerLink link, long nowNanos) {
        Reputation reputation = reputation(link.key());
        return link.metadataSize().isPresent()
                && link.metadataSize().getAsInt() <= MAX_SIZE
                && link.extensionId(Extension.METADATA).isPresent()
                && !copies.containsKey(link.key())
                && reputation.failures < MAX_FAILURES
                && reputation.notBefore <= nowNanos;
    }

    private void ask(PeerLink link, Copy copy, long nowNanos) {
        for (int piece = 0; piece < copy.pieces.length && copy.outstanding < MAX_REQUESTS; piece++) {
            if (!copy.asked[piece]) {
                copy.asked[piece] = true;
                copy.outstanding++;
                swarm.send(link, Extension.METADATA, new MetadataMessage.Request(piece).write(), nowNanos);
            }
        }
    }

    private void giveUp(PeerKey peer, long nowNanos) {
        if (forget(peer)) {
            Reputation reputation = reputation(peer);
            reputation.failures++;
            reputation.notBefore = nowNanos + PAUSE_NANOS;
        }
    }

    /// Takes a message from a peer that we fetch from; says what the dictionary is when a copy is complete and right.
    Optional<byte[]> onMessage(PeerLink link, MetadataMessage message, long nowNanos) {
        return switch (message) {
            case MetadataMessage.Data data -> onData(link, data, nowNanos);
            case MetadataMessage.Reject _ -> {
                giveUp(link.key(), nowNanos);
                advance(nowNanos);
                yield Optional.empty();
            }
            case MetadataMessage.Request(int piece) -> {
                swarm.send(link, Extension.METADATA, new MetadataMessage.Reject(piece).write(), nowNanos);
                yield Optional.empty();
            }
            case MetadataMessage.Unknown _ -> Optional.empty();
        };
    }

    private Optional<byte[]> onData(PeerLink link, MetadataMessage.Data data, long nowNanos) {
        Copy copy = copies.get(link.key());
        int piece = data.piece();
        if (copy == null || !copy.expects(piece)) {
            return Optional.empty(); // not asked for, or given up meanwhile
        }
        if (data.totalSize().orElse(copy.size) != copy.size
                || data.data().length != MetadataMessage.pieceLength(piece, copy.size)) {
            reputation(link.key()).failures = MAX_FAILURES;
            giveUp(link.key(), nowNanos);
            advance(nowNanos);
            return Optional.empty();
        }
        copy.pieces[piece] = data.data();
        copy.bytes += data.data().length;
        copy.received++;
        copy.outstanding--;
        copy.progressAt = nowNanos;
        if (copy.received < copy.pieces.length) {
            ask(link, copy, nowNanos);
            return Optional.empty();
        }
        return complete(link, copy, nowNanos);
    }

    private Optional<byte[]> complete(PeerLink link, Copy copy, long nowNanos) {
        byte[] whole = new byte[copy.size];
        for (int piece = 0; piece < copy.pieces.length; piece++) {
            System.arraycopy(
                    copy.pieces[piece], 0, whole, piece * MetadataMessage.PIECE_LENGTH, copy.pieces[piece].length);
        }
        if (hash("SHA-1", whole).equals(infoHash) || hash("SHA-256", whole).equals(infoHash)) {
            found = true;
            copies.clear();
            promisedBytes = 0;
            return Optional.of(whole);
        }
        reputation(link.key()).failures = MAX_FAILURES;
        giveUp(link.key(), nowNanos);
        exclusion.ban(link.address(), "sent an info dictionary with another hash", nowNanos);
        advance(nowNanos);
        return Optional.empty();
    }

    private static InfoHash hash(String algorithm, byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(bytes);
            return InfoHash.of(Arrays.copyOf(digest, InfoHash.LENGTH));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has both
        }
    }

    /// The connection is gone.
    void left(PeerLink link) {
        forget(link.key());
        reputations.remove(link.key());
    }

    private Reputation reputation(PeerKey peer) {
        return reputations.computeIfAbsent(peer, _ -> new Reputation());
    }

    // ---- serving

    /// Answers a request for a piece of the dictionary that we know.
    void serve(PeerLink link, int piece, byte[] info, long nowNanos) {
        int count = MetadataMessage.pieceCount(info.length);
        Reputation reputation = reputation(link.key());
        boolean served = piece >= 0 && piece < count && reputation.served < MAX_SERVED_COPIES * count + MAX_REPEATS;
        MetadataMessage answer = new MetadataMessage.Reject(piece);
        if (served) {
            reputation.served++;
            int from = piece * MetadataMessage.PIECE_LENGTH;
            byte[] data = Arrays.copyOfRange(info, from, from + MetadataMessage.pieceLength(piece, info.length));
            answer = new MetadataMessage.Data(piece, info.length, data);
        }
        swarm.send(link, Extension.METADATA, answer.write(), nowNanos);
    }

    /// Reads a payload, or says what is wrong with it.
    static MetadataMessage read(byte[] payload) throws Offence {
        try {
            return MetadataMessage.read(payload);
        } catch (ProtocolException e) {
            throw new Offence(String.valueOf(e.getMessage()));
        }
    }
}
