package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.DontHave;
import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.ExtensionHandshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PexMessage;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;

/// What we tell a peer of ourselves: which pieces we have, what we understand, and whom else we know.
final class Conversation {
    /// With more new pieces than this at once, peers are disconnected rather than told of each: they learn all from the
    /// bitfield when they connect again.
    static final int MAX_HAVES = 1_024;

    private final EngineConfig config;
    private final Swarm swarm;

    Conversation(EngineConfig config, Swarm swarm) {
        this.config = config;
        this.swarm = swarm;
    }

    /// Says which pieces we have, once (BEP 3, "bitfield"; BEP 6).
    void tellInventory(PeerLink link, Bitfield have, long nowNanos) {
        link.toldWhatWeHave = true;
        if (link.isFast() && have.isFull()) {
            swarm.send(link, new PeerMessage.HaveAll(), nowNanos);
        } else if (link.isFast() && have.isEmpty()) {
            swarm.send(link, new PeerMessage.HaveNone(), nowNanos);
        } else if (!have.isEmpty()) {
            swarm.send(link, new PeerMessage.HaveBitfield(have.toWire()), nowNanos);
        }
    }

    /// Says what has changed of it since, as far as it can be said; `false` if that is too much.
    boolean tellChanges(PeerLink link, Bitfield before, Bitfield now, long nowNanos) {
        if (now.cardinality() - now.countCommon(before) > MAX_HAVES) {
            return false;
        }
        for (int piece = now.nextSet(0); piece >= 0; piece = now.nextSet(piece + 1)) {
            if (!before.get(piece)) {
                swarm.send(link, new PeerMessage.Have(piece), nowNanos);
            }
        }
        if (before.hasAnyMissingFrom(now)) {
            for (int piece = before.nextSet(0); piece >= 0; piece = before.nextSet(piece + 1)) {
                if (!now.get(piece)) {
                    byte[] payload = new DontHave(piece).write();
                    swarm.send(link, Extension.DONT_HAVE, payload, nowNanos);
                }
            }
        }
        return true;
    }

    /// Sends the extension handshake, the first or a later one (BEP 10).
    ///
    /// @param content    what is known of the torrent
    /// @param uploadOnly whether we want nothing (BEP 21)
    void tellExtensions(PeerLink link, Optional<Content> content, boolean uploadOnly, long nowNanos) {
        if (!link.hasExtensions()) {
            return;
        }
        EnumSet<Extension> offered = EnumSet.of(Extension.METADATA, Extension.DONT_HAVE);
        if (exchangesPeers(content)) {
            offered.add(Extension.PEX);
            if (config.utp()) {
                offered.add(Extension.HOLEPUNCH);
            }
        }
        ExtensionHandshake handshake = new ExtensionHandshake(
                Extension.offer(offered),
                Optional.of(config.clientName()),
                config.port() == 0 ? OptionalInt.empty() : OptionalInt.of(config.port()),
                OptionalInt.of(UploadQueue.MAX_REQUESTS),
                Optional.of(link.address().hostBytes()),
                Optional.empty(),
                Optional.empty(),
                content.map(known -> OptionalInt.of(known.info().bytes().length))
                        .orElse(OptionalInt.empty()),
                uploadOnly);
        swarm.send(link, new PeerMessage.Extended(ExtensionHandshake.ID, handshake.write()), nowNanos);
    }

    /// Whether peers are told of each other: never in a private torrent (BEP 27).
    boolean exchangesPeers(Optional<Content> content) {
        return config.peerExchange()
                && content.map(known -> !known.info().isPrivate()).orElse(true);
    }

    /// Tells of other peers (BEP 11).
    void tellPeers(PeerLink link, PeerExchange.Message message, long nowNanos) {
        PexMessage payload = new PexMessage(
                message.added().stream()
                        .map(contact -> new PexMessage.Contact(contact.address(), contact.flags()))
                        .toList(),
                message.dropped());
        swarm.send(link, Extension.PEX, payload.write(), nowNanos);
    }

    // ---- reading what peers tell

    static ExtensionHandshake readHandshake(byte[] payload) throws Offence {
        try {
            return ExtensionHandshake.read(payload);
        } catch (ProtocolException e) {
            throw offence("extension handshake", e);
        }
    }

    static PexMessage readPeers(byte[] payload) throws Offence {
        try {
            return PexMessage.read(payload);
        } catch (ProtocolException e) {
            throw offence("peer exchange", e);
        }
    }

    static int readDontHave(byte[] payload) throws Offence {
        try {
            return DontHave.read(payload).piece();
        } catch (ProtocolException e) {
            throw offence("don't-have", e);
        }
    }

    private static Offence offence(String what, ProtocolException e) {
        return new Offence(what + ": " + e.getMessage());
    }
}
