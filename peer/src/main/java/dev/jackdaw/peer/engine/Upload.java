package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The half of a torrent that gives: who is unchoked, what they have asked for, and how fast it goes out.
final class Upload {
    /// The largest block that is served; others than 16 KiB are rare but allowed.
    static final int MAX_BLOCK_LENGTH = 128 << 10;
    /// Requests that cannot be met, until the peer is disconnected: for pieces that we lack or in a wrong state.
    static final int MAX_BAD_REQUESTS = 4 * UploadQueue.MAX_REQUESTS;

    /// What a peer may have of us while choked. Where pieces are larger than that it may have none: in a swarm
    /// with one slow seed, every first piece for free would come out of the first full copy.
    static final int MAX_ALLOWED_FAST_BYTES = 1 << 20;
    /// Bytes that a peer gets of us before we look at what it gives.
    private static final int GIVEN_ON_TRUST = 64 << 10;
    /// How many times more than it gives a peer may get.
    private static final int MAX_IMBALANCE = 8;

    private final InfoHash infoHash;
    private final PieceLedger ledger;
    private final Swarm swarm;
    private final Choker choker;
    private final SuperSeeding superSeeding;
    private final Allowance allowance;
    private final Traffic traffic;

    Upload(
            InfoHash infoHash,
            PieceLedger ledger,
            Swarm swarm,
            Choker choker,
            SuperSeeding superSeeding,
            Allowance allowance,
            Traffic traffic) {
        this.infoHash = infoHash;
        this.ledger = ledger;
        this.swarm = swarm;
        this.choker = choker;
        this.superSeeding = superSeeding;
        this.allowance = allowance;
        this.traffic = traffic;
    }

    // ---- slots

    /// Lets the choker decide, and tells peers what has changed for them.
    void choose(boolean seeding, long nowNanos) {
        List<Choker.Candidate> candidates = new ArrayList<>(swarm.size());
        for (PeerLink link : swarm.links()) {
            candidates.add(new Choker.Candidate(
                    link.key(),
                    link.interested,
                    link.fromPeer.bytesPerSecond(nowNanos),
                    link.toPeer.bytesPerSecond(nowNanos),
                    link.snubbed || onlyTakes(link),
                    link.uploads.demand(),
                    link.usedSlotAt,
                    link.unchokedAt,
                    link.toPeer.total()));
        }
        Set<PeerKey> unchoked = choker.decide(candidates, seeding, nowNanos);
        for (PeerLink link : swarm.links()) {
            boolean choke = !unchoked.contains(link.key());
            link.wastedTurns = choker.wasted(link.key());
            boolean wasOnTrial = link.mayTake != Long.MAX_VALUE;
            boolean isOnTrial = choker.isOnTrial(link.key());
            if (wasOnTrial != isOnTrial) {
                link.mayTake = isOnTrial ? SeedTurns.TRIAL_BYTES : Long.MAX_VALUE;
            }
            if (choke && !link.amChoking) {
                choke(link, nowNanos);
            } else if (!choke && link.amChoking) {
                link.amChoking = false;
                link.unchokedAt = nowNanos;
                swarm.send(link, new PeerMessage.Unchoke(), nowNanos);
            } else if (!choke && wasOnTrial && !isOnTrial) {
                serve(link, nowNanos);
            }
        }
    }

    /// Whether it chokes us, though we gave it much more than it gave us.
    private static boolean onlyTakes(PeerLink link) {
        return link.choked && link.toPeer.total() > GIVEN_ON_TRUST + MAX_IMBALANCE * link.fromPeer.total();
    }

    private void choke(PeerLink link, long nowNanos) {
        link.amChoking = true;
        swarm.send(link, new PeerMessage.Choke(), nowNanos);
        for (BlockRequest block : link.uploads.remove(block -> !mayServe(link, block.piece()))) {
            refuse(link, block, nowNanos);
        }
    }

    private boolean mayServe(PeerLink link, int piece) {
        return (!link.amChoking || link.allowedToServe.contains(piece)) && superSeeding.mayServe(link, piece);
    }

    /// Tells a peer with few pieces which ones it may ask for although choked (BEP 6, "Allowed Fast").
    void allowFast(PeerLink link, long nowNanos) {
        int count = ledger.layout().pieceCount();
        if (!link.isFast() || link.wantsNothing() || link.have().cardinality() >= AllowedFastSet.SIZE) {
            return;
        }
        int allowed = Math.min(
                AllowedFastSet.SIZE, MAX_ALLOWED_FAST_BYTES / ledger.layout().pieceLength());
        for (int piece : AllowedFastSet.of(infoHash, link.address(), count)) {
            if (link.allowedToServe.size() < allowed
                    && ledger.have().get(piece)
                    && !link.have().get(piece)
                    && superSeeding.mayServe(link, piece)
                    && link.allowedToServe.add(piece)) {
                swarm.send(link, new PeerMessage.AllowedFast(piece), nowNanos);
            }
        }
    }

    // ---- requests

    void onRequest(PeerLink link, BlockRequest block, long nowNanos) throws Offence {
        if (!ledger.layout().contains(block) || block.length() > MAX_BLOCK_LENGTH) {
            throw new Offence("request for " + block + ", outside the torrent or longer than " + MAX_BLOCK_LENGTH);
        }
        if (!mayServe(link, block.piece()) || !ledger.have().get(block.piece()) || !link.uploads.offer(block)) {
            // Requests that cross a choke on their way are ordinary, so there is room for many.
            if (++link.badRequests > MAX_BAD_REQUESTS) {
                throw new Offence(link.badRequests + " requests that could not be met");
            }
            refuse(link, block, nowNanos);
        }
    }

    void onCancel(PeerLink link, BlockRequest block, long nowNanos) {
        if (link.uploads.cancel(block)) {
            refuse(link, block, nowNanos);
        }
    }

    private void refuse(PeerLink link, BlockRequest block, long nowNanos) {
        if (link.isFast()) {
            swarm.send(link, new PeerMessage.Reject(block), nowNanos);
        }
    }

    /// Hands the network what it has room for.
    void serve(PeerLink link, long nowNanos) {
        if (link.uploads.isEmpty() || link.mayTake <= 0) {
            return;
        }
        long available = allowance.isLimited() ? allowance.available(nowNanos) : Long.MAX_VALUE;
        if (available <= 0) {
            allowance.await();
            return;
        }
        long part = allowance.isLimited() ? Math.max(1, available / swarm.size()) : available;
        boolean nothingUnread = link.uploads.demand() != Choker.Demand.UNREAD;
        List<BlockRequest> blocks = link.uploads.next(Math.min(part, link.mayTake), nowNanos);
        if (blocks.isEmpty()) {
            return;
        }
        if (allowance.isLimited() || link.mayTake != Long.MAX_VALUE) {
            long bytes = blocks.stream().mapToLong(BlockRequest::length).sum();
            if (allowance.isLimited() && !link.uploads.isEmpty()) {
                allowance.await();
            }
            allowance.take(bytes, nowNanos);
            link.mayTake = link.mayTake == Long.MAX_VALUE ? Long.MAX_VALUE : link.mayTake - bytes;
        }
        if (nothingUnread) {
            link.usedSlotAt = nowNanos;
        }
        link.badRequests = 0;
        link.lastSentAt = nowNanos;
        swarm.emit(new TorrentEffect.SendBlocks(link.key(), blocks));
    }

    void onSent(PeerLink link, int blocks, int bytes, long nowNanos) {
        link.uploads.sent(blocks, bytes, nowNanos);
        link.usedSlotAt = nowNanos;
        traffic.sent(link, bytes, nowNanos);
        link.lastSentAt = nowNanos;
        serve(link, nowNanos);
    }

    /// Allowance may have come back.
    void retry(long nowNanos) {
        allowance.retried();
        for (PeerLink link : swarm.links()) {
            serve(link, nowNanos);
        }
    }
}
