package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.PeerMessage;

/// What peers have, and whether we are interested in it (BEP 3, "interested").
final class Interest {
    private final PieceLedger ledger;
    private final PieceLayout layout;
    private final PiecePicker picker;
    private final Swarm swarm;
    private boolean active;

    Interest(PieceLedger ledger, PiecePicker picker, Swarm swarm) {
        this.ledger = ledger;
        this.layout = ledger.layout();
        this.picker = picker;
        this.swarm = swarm;
    }

    /// Whether anything may be asked for: the torrent runs, and what is on disk is known.
    boolean isActive() {
        return active;
    }

    /// Looks at all peers anew; also when what is there or wanted has changed as a whole.
    void setActive(boolean value, long nowNanos) {
        active = value;
        picker.rebuild(swarm.links());
        for (PeerLink link : swarm.links()) {
            recount(link, nowNanos);
        }
        ledger.touch();
    }

    // ---- what peers have

    /// The peer's first word on what it has.
    void onInventory(PeerLink link, PeerMessage message, long nowNanos) throws Offence {
        int count = layout.pieceCount();
        Bitfield have = switch (message) {
            case PeerMessage.HaveAll() -> Bitfield.full(count);
            case PeerMessage.HaveBitfield(byte[] bits) -> parse(count, bits);
            default -> new Bitfield(count);
        };
        adopt(link, have, nowNanos);
    }

    /// A bitfield that stands for many `have` messages: what it does not name is not taken back.
    ///
    /// @return whether it says anything new
    boolean onLaterBitfield(PeerLink link, byte[] bits, long nowNanos) throws Offence {
        int before = link.have().cardinality();
        Bitfield said = parse(layout.pieceCount(), bits);
        for (int piece = said.nextSet(0); piece >= 0; piece = said.nextSet(piece + 1)) {
            onHave(link, piece, nowNanos);
        }
        return link.have().cardinality() > before;
    }

    /// Takes the peer in, with what it has.
    void adopt(PeerLink link, Bitfield have, long nowNanos) {
        link.setHave(have);
        picker.joined(link);
        recount(link, nowNanos);
        link.idleVersion = -1;
    }

    private static Bitfield parse(int count, byte[] bits) throws Offence {
        try {
            return Bitfield.ofWire(count, bits);
        } catch (ProtocolException e) {
            throw new Offence(String.valueOf(e.getMessage()));
        }
    }

    /// @return whether that is new
    boolean onHave(PeerLink link, int piece, long nowNanos) throws Offence {
        requirePiece(piece, "have");
        if (!link.have().set(piece)) {
            return false;
        }
        picker.gained(piece);
        link.forgetDeclined(piece);
        if (ledger.wanted().get(piece)) {
            link.interesting++;
            link.idleVersion = -1;
            update(link, nowNanos);
        }
        return true;
    }

    /// BEP 54.
    void onDontHave(PeerLink link, int piece, long nowNanos) throws Offence {
        requirePiece(piece, "don't-have");
        if (!link.have().clear(piece)) {
            return;
        }
        picker.lost(link, piece);
        if (ledger.wanted().get(piece)) {
            link.interesting--;
            update(link, nowNanos);
        }
    }

    void onSuggest(PeerLink link, int piece) throws Offence {
        requirePiece(piece, "suggest");
        link.suggest(piece);
    }

    void onAllowedFast(PeerLink link, int piece) throws Offence {
        requirePiece(piece, "allowed fast");
        link.allowFast(piece);
        link.idleVersion = -1;
    }

    private void requirePiece(int piece, String message) throws Offence {
        if (!layout.isPiece(piece)) {
            throw new Offence(message + " of piece " + piece + " of " + layout.pieceCount());
        }
    }

    // ---- what we have

    /// We have the piece now: tells all but seeds, and is less interested in those that have it. Those are told too,
    /// since libtorrent super-seeding shows a peer the next piece when it says that it has the one before.
    ///
    /// @param wasWanted whether it counted among what is interesting in them
    void gained(int piece, boolean wasWanted, long nowNanos) {
        for (PeerLink link : swarm.links()) {
            boolean knows = link.have().size() != 0 && link.have().get(piece);
            if (knows && wasWanted) {
                link.interesting--;
                update(link, nowNanos);
            }
            if (link.toldWhatWeHave && !link.isSeed()) {
                swarm.send(link, new PeerMessage.Have(piece), nowNanos);
            }
        }
    }

    /// A suspect is told what others are told.
    void invite(PeerLink link, long nowNanos) {
        link.invited = true;
        update(link, nowNanos);
    }

    private void recount(PeerLink link, long nowNanos) {
        if (link.have().size() == layout.pieceCount()) {
            link.interesting = active ? link.have().countCommon(ledger.wanted()) : 0;
            update(link, nowNanos);
        }
    }

    private void update(PeerLink link, long nowNanos) {
        boolean wants = active && link.interesting > 0 && (!link.isSuspect || link.invited);
        if (wants != link.amInterested) {
            link.amInterested = wants;
            swarm.send(link, wants ? new PeerMessage.Interested() : new PeerMessage.NotInterested(), nowNanos);
        }
    }
}
