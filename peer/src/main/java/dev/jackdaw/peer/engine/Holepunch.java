package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.HolepunchMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Connects peers behind NATs by way of a third that both are connected to (BEP 55).
///
/// There are three parts to play. As *initiator*, when a peer cannot be dialled, we ask the one that told us of it. As
/// *relay*, we tell both of our peers to dial each other at once. As *target*, and again as initiator, we dial over uTP
/// when the relay says so; the connection that one side then lets in counts for both.
final class Holepunch {
    /// Addresses of which it is remembered who told us; the oldest is forgotten.
    static final int MAX_TOLD = 500;

    private final EngineConfig config;
    private final Swarm swarm;
    private final PeerPool pool;
    private final Connections connections;
    private final Map<PeerAddress, PeerKey> relays = new LinkedHashMap<>();

    Holepunch(EngineConfig config, Swarm swarm, PeerPool pool, Connections connections) {
        this.config = config;
        this.swarm = swarm;
        this.pool = pool;
        this.connections = connections;
    }

    // ---- as initiator

    /// A peer has told of another one that takes part (BEP 11, flag 0x08).
    void told(PeerLink by, PeerAddress address) {
        if (config.utp() && by.extensionId(Extension.HOLEPUNCH).isPresent()) {
            relays.put(address, by.key());
            if (relays.size() > MAX_TOLD) {
                relays.remove(relays.keySet().iterator().next());
            }
        }
    }

    /// An address could not be dialled: asks its relay, once.
    void onDialFailed(PeerAddress address, long nowNanos) {
        PeerKey key = relays.remove(address);
        PeerLink relay = key == null ? null : swarm.find(key);
        if (relay != null) {
            send(relay, HolepunchMessage.rendezvous(address), nowNanos);
        }
    }

    /// The connection is gone.
    void left(PeerLink link) {
        relays.values().removeIf(link.key()::equals);
    }

    // ---- taking messages

    /// Takes a message of a peer; of one that does not itself take such messages, it is ignored.
    void receive(PeerLink from, byte[] payload, boolean isPrivate, long nowNanos) throws Offence {
        HolepunchMessage message = read(payload);
        if (!config.utp() || isPrivate || from.extensionId(Extension.HOLEPUNCH).isEmpty()) {
            return;
        }
        switch (message.type()) {
            case RENDEZVOUS -> relay(from, message.address(), nowNanos);
            case CONNECT -> connections.punch(message.address(), from.address().isLocal(), nowNanos);
            case FAILED -> {} // the address rests like any other that cannot be dialled
        }
    }

    private static HolepunchMessage read(byte[] payload) throws Offence {
        try {
            return HolepunchMessage.read(payload);
        } catch (ProtocolException e) {
            throw new Offence(String.valueOf(e.getMessage()));
        }
    }

    // ---- as relay

    private void relay(PeerLink initiator, PeerAddress address, long nowNanos) {
        Optional<PeerLink> target = swarm.findByAddress(address);
        OptionalInt failure = failure(initiator, address, target);
        if (failure.isPresent()) {
            send(initiator, HolepunchMessage.failed(address, failure.getAsInt()), nowNanos);
            return;
        }
        PeerAddress dialsFrom = initiator.punchAddress();
        if (dialsFrom.isDialable()) {
            send(initiator, HolepunchMessage.connect(address), nowNanos);
            send(target.orElseThrow(), HolepunchMessage.connect(dialsFrom), nowNanos);
        }
    }

    private OptionalInt failure(PeerLink initiator, PeerAddress address, Optional<PeerLink> target) {
        if (!address.isDialable() || target.filter(initiator::equals).isPresent()) {
            return OptionalInt.of(HolepunchMessage.Failure.NO_SUCH_PEER);
        }
        if (pool.isOurs(address)) {
            return OptionalInt.of(HolepunchMessage.Failure.NO_SELF);
        }
        if (target.isEmpty()) {
            return OptionalInt.of(HolepunchMessage.Failure.NOT_CONNECTED);
        }
        return target.get().extensionId(Extension.HOLEPUNCH).isPresent()
                ? OptionalInt.empty()
                : OptionalInt.of(HolepunchMessage.Failure.NO_SUPPORT);
    }

    private void send(PeerLink to, HolepunchMessage message, long nowNanos) {
        swarm.send(to, Extension.HOLEPUNCH, message.write(), nowNanos);
    }
}
