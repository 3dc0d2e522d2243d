package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.InfoHash;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// One torrent's brain: decides everything, touches nothing.
public final class TorrentEngine {
    public TorrentEngine(
            InfoHash infoHash,
            EngineConfig config,
            RandomGenerator random,
            BufferBudget buffers,
            Consumer<TorrentEffect> effects) {}

    /// Takes one event; effects go to the sink before this returns.
    public void handle(TorrentEvent event, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /// When to send [TorrentEvent.TimerElapsed] at the latest; `Long.MAX_VALUE` for never.
    public long nextTimeoutNanos() {
        return Long.MAX_VALUE;
    }
}
