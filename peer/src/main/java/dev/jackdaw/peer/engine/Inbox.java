package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.ExtensionHandshake;
import dev.jackdaw.protocol.wire.MetadataMessage;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.PexMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes each message to the part of the engine that it is for, and judges whether it may come at all.
final class Inbox {
    /// Messages that are allowed but useless: unknown ones and repeats. One a second on average is far above any
    /// client.
    static final int MAX_NOISE = 10_000;
    /// A keep-alive that follows another message sooner than this keeps nothing alive.
    private static final long MIN_SILENCE_NANOS = 1_000_000_000L;
    /// What a bitfield counts for that brings nothing new: it may be long.
    private static final int BITFIELD_NOISE = 1_000;
    /// What an extension handshake counts for: it may be long, and to be read needs work.
    private static final int HANDSHAKE_NOISE = 20;
    /// A message that is skipped counts once more for each so many bytes.
    private static final int SKIPPED_BYTES = 1_024;

    private final Swarm swarm;
    private final PeerPool pool;
    private final Connections connections;
    private final Conversation conversation;
    private final MetadataExchange metadata;
    private final PeerExchange peerExchange;
    private final Holepunch holepunch;

    Inbox(
            Swarm swarm,
            PeerPool pool,
            Connections connections,
            Conversation conversation,
            MetadataExchange metadata,
            PeerExchange peerExchange,
            Holepunch holepunch) {
        this.swarm = swarm;
        this.pool = pool;
        this.connections = connections;
        this.conversation = conversation;
        this.metadata = metadata;
        this.peerExchange = peerExchange;
        this.holepunch = holepunch;
    }

    /// Handles a message.
    ///
    /// @param content `null` until the info dictionary is known
    /// @return the info dictionary, if the message completed it
    /// @throws Offence if no honest peer sends it
    Optional<byte[]> receive(PeerLink link, PeerMessage message, @Nullable Content content, long nowNanos)
            throws Offence {
        switch (message) {
            case PeerMessage.Piece(int piece, int begin, var data) -> {
                if (content == null) {
                    throw new Offence("a block before the torrent's size is known");
                }
                content.download().onBlock(link, piece, begin, data, nowNanos);
            }
            case PeerMessage.Request(var block) -> {
                link.notCancelled++;
                if (content != null) {
                    content.upload().onRequest(link, block, nowNanos);
                } else if (++link.badRequests > Upload.MAX_BAD_REQUESTS) {
                    throw new Offence(link.badRequests + " requests that could not be met");
                } else if (link.isFast()) {
                    swarm.send(link, new PeerMessage.Reject(block), nowNanos);
                }
            }
            case PeerMessage.Cancel(var block) -> {
                if (--link.notCancelled < 0) {
                    countNoise(link);
                }
                if (content != null) {
                    content.upload().onCancel(link, block, nowNanos);
                }
            }
            case PeerMessage.Have(int piece) -> {
                link.saidWhatItHas = true;
                if (content == null) {
                    link.early.have(piece);
                } else {
                    if (!content.interest().onHave(link, piece, nowNanos)) {
                        countNoise(link);
                    }
                    content.superSeeding().onHave(link, piece, nowNanos);
                }
            }
            case PeerMessage.HaveBitfield _ -> onInventory(link, message, content, nowNanos);
            case PeerMessage.HaveAll _, PeerMessage.HaveNone _ -> {
                requireFast(link, message);
                onInventory(link, message, content, nowNanos);
            }
            case PeerMessage.Choke() -> onChoke(link, content);
            case PeerMessage.Unchoke() -> {
                if (!link.choked) {
                    countNoise(link);
                } else if (content != null) {
                    content.download().onUnchoke(link);
                }
                link.choked = false;
            }
            case PeerMessage.Interested() -> onInterest(link, true);
            case PeerMessage.NotInterested() -> onInterest(link, false);
            case PeerMessage.Reject(var block) -> {
                requireFast(link, message);
                if (content != null) {
                    content.download().onReject(link, block);
                }
            }
            case PeerMessage.Suggest(int piece) -> {
                requireFast(link, message);
                countNoise(link);
                if (content != null) {
                    content.interest().onSuggest(link, piece);
                }
            }
            case PeerMessage.AllowedFast(int piece) -> {
                requireFast(link, message);
                countNoise(link);
                if (content != null) {
                    content.interest().onAllowedFast(link, piece);
                }
            }
            case PeerMessage.Port(int port) -> onPort(link, port);
            case PeerMessage.Extended(int id, byte[] payload) -> {
                return onExtended(link, id, payload, content, nowNanos);
            }
            case PeerMessage.KeepAlive() -> {
                if (nowNanos - link.lastReceivedAt < MIN_SILENCE_NANOS) {
                    countNoise(link);
                }
            }
            case PeerMessage.Unknown(int _, int length) -> countNoise(link, 1 + length / SKIPPED_BYTES);
        }
        return Optional.empty();
    }

    private static void requireFast(PeerLink link, PeerMessage message) throws Offence {
        if (!link.isFast()) {
            throw new Offence(message.getClass().getSimpleName() + " without the fast extension");
        }
    }

    private static void countNoise(PeerLink link) throws Offence {
        countNoise(link, 1);
    }

    private static void countNoise(PeerLink link, int weight) throws Offence {
        link.noise += weight;
        if (link.noise > MAX_NOISE) {
            throw new Offence("more than " + MAX_NOISE + " messages of no use");
        }
    }

    private static void onInterest(PeerLink link, boolean interested) throws Offence {
        if (link.interested == interested) {
            countNoise(link);
        }
        link.interested = interested;
    }

    private static void onInventory(PeerLink link, PeerMessage message, @Nullable Content content, long nowNanos)
            throws Offence {
        if (link.saidWhatItHas) {
            onLaterInventory(link, message, content, nowNanos);
            return;
        }
        link.saidWhatItHas = true;
        if (content == null) {
            link.early.inventory(message);
        } else {
            content.interest().onInventory(link, message, nowNanos);
            if (link.toldWhatWeHave) {
                content.upload().allowFast(link, nowNanos);
            }
        }
    }

    /// aria2 sends a bitfield in place of many `have` messages when it is the shorter.
    private static void onLaterInventory(PeerLink link, PeerMessage message, @Nullable Content content, long nowNanos)
            throws Offence {
        if (!(message instanceof PeerMessage.HaveBitfield(byte[] bits))) {
            throw new Offence(message.getClass().getSimpleName() + " after it had said what it has");
        }
        if (content == null) {
            countNoise(link, BITFIELD_NOISE);
            link.early.inventory(message);
        } else if (!content.interest().onLaterBitfield(link, bits, nowNanos)) {
            countNoise(link, BITFIELD_NOISE);
        }
    }

    private static void onChoke(PeerLink link, @Nullable Content content) throws Offence {
        if (link.choked) {
            countNoise(link);
        } else if (content != null) {
            content.download().onChoke(link);
        }
        link.choked = true;
    }

    private void onPort(PeerLink link, int port) throws Offence {
        countNoise(link);
        if (port != 0) {
            swarm.emit(new TorrentEffect.DhtNodeSeen(link.address().withPort(port)));
        }
    }

    // ---- extensions

    private Optional<byte[]> onExtended(PeerLink link, int id, byte[] payload, @Nullable Content content, long nowNanos)
            throws Offence {
        if (id == ExtensionHandshake.ID) {
            countNoise(link, HANDSHAKE_NOISE);
            onHandshake(link, Conversation.readHandshake(payload), content, nowNanos);
            return Optional.empty();
        }
        Optional<Extension> extension = Extension.ofLocalId(id);
        if (extension.isEmpty()) {
            countNoise(link);
            return Optional.empty();
        }
        switch (extension.get()) {
            case METADATA -> {
                return onMetadata(link, MetadataExchange.read(payload), content, nowNanos);
            }
            case PEX -> onPeers(link, Conversation.readPeers(payload), content, nowNanos);
            case DONT_HAVE -> {
                countNoise(link);
                int piece = Conversation.readDontHave(payload);
                if (content == null) {
                    link.early.dontHave(piece);
                } else {
                    content.interest().onDontHave(link, piece, nowNanos);
                }
            }
            case HOLEPUNCH -> {
                countNoise(link);
                boolean isPrivate = content != null && content.info().isPrivate();
                holepunch.receive(link, payload, isPrivate, nowNanos);
            }
        }
        return Optional.empty();
    }

    private void onHandshake(PeerLink link, ExtensionHandshake handshake, @Nullable Content content, long nowNanos) {
        link.extend(handshake);
        connections.learned(link, nowNanos);
        if (content == null) {
            metadata.advance(nowNanos);
        }
        if (!conversation.exchangesPeers(Optional.ofNullable(content))) {
            return;
        }
        PeerAddress address = link.listenAddress();
        if (address.port() != 0) {
            int flags = (link.wantsNothing() ? PeerExchange.FLAG_SEED : 0)
                    | (link.isIncoming() ? 0 : PeerExchange.FLAG_REACHABLE)
                    | (link.extensionId(Extension.HOLEPUNCH).isPresent()
                            ? PeerExchange.FLAG_HOLEPUNCH | PeerExchange.FLAG_UTP
                            : 0);
            peerExchange.joined(link.key(), address, flags);
        }
        if (link.extensionId(Extension.PEX).isPresent()) {
            peerExchange.subscribed(link.key(), nowNanos);
        } else {
            peerExchange.unsubscribed(link.key());
        }
    }

    private Optional<byte[]> onMetadata(
            PeerLink link, MetadataMessage message, @Nullable Content content, long nowNanos) throws Offence {
        countNoise(link);
        if (content == null) {
            return metadata.onMessage(link, message, nowNanos);
        }
        if (message instanceof MetadataMessage.Request(int piece)) {
            metadata.serve(link, piece, content.info().bytes(), nowNanos);
        }
        return Optional.empty();
    }

    private void onPeers(PeerLink link, PexMessage message, @Nullable Content content, long nowNanos) throws Offence {
        if (!conversation.exchangesPeers(Optional.ofNullable(content))) {
            countNoise(link);
            return;
        }
        switch (peerExchange.received(
                link.key(), message.added().size(), message.dropped().size(), nowNanos)) {
            case ACCEPT -> {
                pool.add(
                        PeerSource.PEX,
                        link.address().isLocal(),
                        message.added().stream()
                                .map(PexMessage.Contact::address)
                                .toList(),
                        nowNanos);
                for (PexMessage.Contact contact : message.added()) {
                    if ((contact.flags() & PeerExchange.FLAG_HOLEPUNCH) != 0) {
                        holepunch.told(link, contact.address());
                    }
                }
            }
            case IGNORE -> {}
            case FLOODING -> throw new Offence("peer exchange messages come too often");
        }
    }
}
