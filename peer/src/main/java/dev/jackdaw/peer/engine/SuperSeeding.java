package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Super-seeding (BEP 16): a seed poses as a peer without pieces and shows each peer few at a time, the rarest first;
/// another one only when one shown before has been seen with somebody else. The first full copy thus leaves the seed
/// nearly once, and peers that pass nothing on get little.
///
/// It holds for peers that connect while it is on and everything is here.
final class SuperSeeding {
    /// Pieces shown to a peer and not yet seen elsewhere, at least: one that it fetches, one to go on with.
    static final int MIN_WAITING = 2;
    /// Of small pieces so many bytes: a peer may ask seconds later only for what it is shown when it has all before.
    static final int WAITING_BYTES = 1 << 20;
    /// A piece that its peer has had for so long counts as passed on: perhaps it is connected to nobody who wants it.
    static final long PATIENCE_NANOS = 30_000_000_000L;

    /// A peer that has said nothing of its pieces for so long has none: without the fast extension it need not say so.
    static final long SILENCE_NANOS = 2_000_000_000L;

    /// Pieces among which the rarest is looked for.
    private static final int MAX_LOOKS = 1_024;

    private final PieceLedger ledger;
    private final Swarm swarm;
    private final RandomGenerator random;
    private final Map<PeerLink, View> views = new LinkedHashMap<>();
    private final int waiting;
    private boolean wanted;

    /// What one peer has been shown.
    private static final class View {
        final Bitfield shown;
        final List<Shown> waiting = new ArrayList<>();

        View(int pieceCount) {
            shown = new Bitfield(pieceCount);
        }
    }

    private static final class Shown {
        final int piece;
        /// When its peer was first seen to have it.
        long receivedAt = Long.MAX_VALUE;

        Shown(int piece) {
            this.piece = piece;
        }
    }

    SuperSeeding(PieceLedger ledger, Swarm swarm, RandomGenerator random) {
        this.ledger = ledger;
        this.swarm = swarm;
        this.random = random;
        this.waiting = Math.max(MIN_WAITING, WAITING_BYTES / ledger.layout().pieceLength());
    }

    void set(boolean on) {
        wanted = on;
    }

    /// Whether peers that connect now are shown pieces one by one.
    boolean isOn() {
        return wanted && ledger.have().isFull();
    }

    /// Whether the peer may ask for the piece: it was shown to it, or all were told.
    boolean mayServe(PeerLink link, int piece) {
        View view = views.get(link);
        return view == null || view.shown.get(piece);
    }

    /// Poses to a new peer as one that has nothing.
    void introduce(PeerLink link, long nowNanos) {
        link.toldWhatWeHave = true;
        if (link.isFast()) {
            swarm.send(link, new PeerMessage.HaveNone(), nowNanos);
        }
        views.put(link, new View(ledger.layout().pieceCount()));
    }

    /// What the peer has been shown, which is now taken back as a pose; empty for a peer that was told all.
    Optional<Bitfield> unveil(PeerLink link) {
        return Optional.ofNullable(views.remove(link)).map(view -> view.shown);
    }

    /// The connection is gone.
    void left(PeerLink link) {
        views.remove(link);
    }

    /// A peer has gained a piece.
    void onHave(PeerLink owner, int piece, long nowNanos) {
        if (!views.isEmpty()) {
            for (Map.Entry<PeerLink, View> each : views.entrySet()) {
                if (each.getKey() != owner && each.getValue().waiting.removeIf(shown -> shown.piece == piece)) {
                    show(each.getKey(), each.getValue(), nowNanos);
                }
            }
        }
    }

    /// Shows what is due; once a second.
    void tick(long nowNanos) {
        for (Map.Entry<PeerLink, View> each : views.entrySet()) {
            PeerLink link = each.getKey();
            if (link.saidWhatItHas || nowNanos - link.connectedAtNanos() >= SILENCE_NANOS) {
                review(link, each.getValue(), nowNanos);
                show(link, each.getValue(), nowNanos);
            }
        }
    }

    private void review(PeerLink link, View view, long nowNanos) {
        for (Iterator<Shown> waiting = view.waiting.iterator(); waiting.hasNext(); ) {
            Shown shown = waiting.next();
            if (link.have().get(shown.piece)) {
                shown.receivedAt = Math.min(shown.receivedAt, nowNanos);
                boolean alone = swarm.size() == 1;
                if (alone || nowNanos - shown.receivedAt >= PATIENCE_NANOS) {
                    waiting.remove();
                }
            }
        }
    }

    private void show(PeerLink link, View view, long nowNanos) {
        while (view.waiting.size() < waiting) {
            int piece = rarest(link, view);
            if (piece < 0) {
                return;
            }
            view.shown.set(piece);
            view.waiting.add(new Shown(piece));
            swarm.send(link, new PeerMessage.Have(piece), nowNanos);
        }
    }

    /// A piece that the peer lacks, with the fewest copies, those on their way included; of a large torrent, among
    /// those that were looked at from a random one on.
    private int rarest(PeerLink link, View view) {
        int count = view.shown.size();
        int start = random.nextInt(count);
        int best = -1;
        int fewest = Integer.MAX_VALUE;
        int looks = 0;
        for (int i = 0; i < count && looks < MAX_LOOKS && fewest > 0; i++) {
            int piece = (start + i) % count;
            if (!view.shown.get(piece) && !link.have().get(piece)) {
                looks++;
                int copies = copies(piece);
                if (copies < fewest) {
                    fewest = copies;
                    best = piece;
                }
            }
        }
        return best;
    }

    private int copies(int piece) {
        int copies = 0;
        for (PeerLink link : swarm.links()) {
            boolean has = link.have().size() != 0 && link.have().get(piece);
            View view = views.get(link);
            copies += has || (view != null && view.shown.get(piece)) ? 1 : 0;
        }
        return copies;
    }
}
