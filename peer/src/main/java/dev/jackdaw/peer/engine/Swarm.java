package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.Extension;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The connected peers of one torrent, in connection order, and the way to talk to them.
final class Swarm {
    private final Map<PeerKey, PeerLink> links = new LinkedHashMap<>();
    private final Consumer<TorrentEffect> effects;
    private @Nullable PeerLink latest;

    Swarm(Consumer<TorrentEffect> effects) {
        this.effects = effects;
    }

    void add(PeerLink link) {
        links.put(link.key(), link);
    }

    void remove(PeerLink link) {
        links.remove(link.key());
        latest = null;
    }

    /// The peer of that key, if it is connected; messages come in runs, so the last answer is kept.
    @Nullable
    PeerLink find(PeerKey key) {
        PeerLink link = latest;
        if (link == null || !link.key().equals(key)) {
            link = links.get(key);
            latest = link;
        }
        return link;
    }

    /// A peer that is at that end of its connection, or listens there.
    Optional<PeerLink> findByAddress(PeerAddress address) {
        for (PeerLink link : links.values()) {
            if (link.address().equals(address) || link.listenAddress().equals(address)) {
                return Optional.of(link);
            }
        }
        return Optional.empty();
    }

    /// All peers, in connection order; not to be changed while walking.
    Collection<PeerLink> links() {
        return links.values();
    }

    /// The same as a copy, for walks that may disconnect.
    List<PeerLink> snapshot() {
        return List.copyOf(links.values());
    }

    int size() {
        return links.size();
    }

    void send(PeerLink link, PeerMessage message, long nowNanos) {
        link.lastSentAt = nowNanos;
        effects.accept(new TorrentEffect.Send(link.key(), message));
    }

    /// Sends an extension message, if the peer takes such.
    void send(PeerLink link, Extension extension, byte[] payload, long nowNanos) {
        link.extensionId(extension).ifPresent(id -> send(link, new PeerMessage.Extended(id, payload), nowNanos));
    }

    void emit(TorrentEffect effect) {
        effects.accept(effect);
    }
}
