package dev.jackdaw.peer.net;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.wire.Handshake;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Dials peers for all torrents of a session: so many at a time and no more, torrents in turn.
///
/// What is beyond the limits waits in a queue of its torrent, which is as long as the torrent's engine lets it become.
/// Thread-safe.
final class PeerConnector {
    private final Transports transports;
    private final int maxHalfOpen;
    private final ConnectionLimit limit;
    private final StreamEncryption encryption;

    /// Torrents in the order in which they have their turn; only those with something to dial.
    private final Map<InfoHash, ArrayDeque<Dial>> waiting = new LinkedHashMap<>();

    private int halfOpen;

    PeerConnector(Transports transports, int maxHalfOpen, ConnectionLimit limit, StreamEncryption encryption) {
        this.transports = transports;
        this.maxHalfOpen = maxHalfOpen;
        this.limit = limit;
        this.encryption = encryption;
        limit.onRelease(this::dialNext);
    }

    /// Dials, now or when it is the torrent's turn, and tells `outcome` on the torrent's loop, never before this
    /// returns.
    ///
    /// @param utpOnly whether the peer can be reached in no other way; only if [#dialsUtp()]
    Dial connect(PeerAddress address, Handshake ours, EventLoop loop, boolean utpOnly, Dial.Outcome outcome) {
        Dial dial = new Dial(this, address, ours, loop, utpOnly, outcome);
        synchronized (waiting) {
            waiting.computeIfAbsent(ours.infoHash(), torrent -> new ArrayDeque<>())
                    .add(dial);
        }
        dialNext();
        return dial;
    }

    boolean dialsUtp() {
        return transports.dialUtp();
    }

    StreamEncryption encryption() {
        return encryption;
    }

    /// A dial has become a connection, or has failed.
    void ended() {
        synchronized (waiting) {
            halfOpen--;
        }
        dialNext();
    }

    /// Takes a dial back that has not begun; says whether it was still waiting.
    boolean withdraw(Dial dial) {
        InfoHash torrent = dial.ours().infoHash();
        synchronized (waiting) {
            ArrayDeque<Dial> queue = waiting.get(torrent);
            if (queue == null || !queue.remove(dial)) {
                return false;
            }
            if (queue.isEmpty()) {
                waiting.remove(torrent);
            }
            return true;
        }
    }

    private void dialNext() {
        List<Dial> next = new ArrayList<>();
        synchronized (waiting) {
            while (halfOpen < maxHalfOpen && !waiting.isEmpty() && limit.tryAcquire()) {
                halfOpen++;
                next.add(takeNext());
            }
        }
        for (Dial dial : next) {
            dial.begin(transports.dialling(dial.loop(), dial.utpOnly()), limit);
        }
    }

    private Dial takeNext() {
        Map.Entry<InfoHash, ArrayDeque<Dial>> turn =
                waiting.entrySet().iterator().next();
        ArrayDeque<Dial> queue = turn.getValue();
        Dial dial = queue.remove();
        waiting.remove(turn.getKey());
        if (!queue.isEmpty()) {
            waiting.put(turn.getKey(), queue);
        }
        return dial;
    }
}
