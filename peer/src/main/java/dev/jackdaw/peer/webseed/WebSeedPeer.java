package dev.jackdaw.peer.webseed;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import dev.jackdaw.protocol.wire.ReservedBits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A [WebSeed] in the shape of a connection to a peer that has everything, never chokes and wants nothing.
///
/// The driver attaches it like a connection: [#handshake] goes into `PeerConnected`, [#greeting] is what the peer says
/// first, each `Send` of the engine goes to [#send], and what the [Listener] hears goes back as events. Requests are
/// answered in order on a virtual thread; those that follow each other in the torrent are fetched by one HTTP request.
///
/// When the server fails, the connection ends, with the time after which another attempt makes sense: the delays
/// double. A file that the server lacks ends it too, and the next greeting leaves out that file's pieces.
public final class WebSeedPeer implements AutoCloseable {
    /// Requests that may wait; further ones are rejected (BEP 6).
    static final int MAX_QUEUED = 2048;
    /// Bytes fetched by one HTTP request.
    static final int MAX_RUN = 1 << 20;

    /// The reserved bit of BEP 6.
    private static final long FAST = 1L << 2;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration MAX_RETRY = Duration.ofMinutes(10);
    /// Failures in a row after which a server is given up.
    private static final int MAX_FAILURES = 8;

    /// Who takes what the peer says; called on the peer's own thread, and never after [#close()] has returned to that
    /// thread.
    public interface Listener {
        /// A message. Its data belongs to the listener.
        void received(PeerMessage message);

        /// What was fetched at once has been delivered.
        void readCompleted();

        /// The connection has ended, not by [WebSeedPeer#close()].
        ///
        /// @param retryIn when to attach another one to the same seed; empty for never
        void closed(String reason, Optional<Duration> retryIn);
    }

    private final WebSeed seed;
    private final int failuresBefore;
    private final Listener listener;
    private final ArrayDeque<BlockRequest> queue = new ArrayDeque<>();
    private boolean working;
    private boolean served;
    private boolean closed;

    /// @param failuresBefore how many attempts on this seed have failed in a row: 0 for the first, see [#failures]
    public WebSeedPeer(WebSeed seed, int failuresBefore, Listener listener) {
        this.seed = seed;
        this.failuresBefore = failuresBefore;
        this.listener = listener;
    }

    /// What it would have shaken hands with: the fast extension, nothing else.
    ///
    /// @param id any; nobody will see it
    public Handshake handshake(PeerId id) {
        return new Handshake(new ReservedBits(FAST), seed.info().infoHash(), id);
    }

    /// What it says first: what it has, and that we may ask.
    public List<PeerMessage> greeting() {
        Bitfield have = seed.have();
        PeerMessage first = have.isFull() ? new PeerMessage.HaveAll() : new PeerMessage.HaveBitfield(have.toWire());
        return List.of(first, new PeerMessage.Unchoke());
    }

    /// Failures in a row so far, for the next peer of the same seed.
    public synchronized int failures() {
        return served ? 0 : failuresBefore + 1;
    }

    /// Takes a message of ours; from any thread, without blocking. All but requests and cancels mean nothing to a web
    /// server.
    public void send(PeerMessage message) {
        switch (message) {
            case PeerMessage.Request(BlockRequest block) -> request(block);
            case PeerMessage.Cancel(BlockRequest block) -> {
                boolean dropped;
                synchronized (this) {
                    dropped = queue.remove(block);
                }
                if (dropped) {
                    reject(List.of(block)); // BEP 6: a cancelled request is still answered
                }
            }
            case PeerMessage.KeepAlive _,
                    PeerMessage.Choke _,
                    PeerMessage.Unchoke _,
                    PeerMessage.Interested _,
                    PeerMessage.NotInterested _,
                    PeerMessage.Have _,
                    PeerMessage.HaveBitfield _,
                    PeerMessage.Piece _,
                    PeerMessage.Port _,
                    PeerMessage.Suggest _,
                    PeerMessage.HaveAll _,
                    PeerMessage.HaveNone _,
                    PeerMessage.Reject _,
                    PeerMessage.AllowedFast _,
                    PeerMessage.Extended _,
                    PeerMessage.Unknown _ -> {}
        }
    }

    private void request(BlockRequest block) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (queue.size() < MAX_QUEUED && seed.info().layout().contains(block)) {
                queue.add(block);
                if (!working) {
                    working = true;
                    Thread.ofVirtual().name("jackdaw-web-seed").start(this::work);
                }
                return;
            }
        }
        reject(List.of(block));
    }

    /// Not on the caller's thread, which may be the engine's own.
    private void reject(List<BlockRequest> blocks) {
        Thread.ofVirtual().name("jackdaw-web-seed").start(() -> {
            blocks.forEach(block -> deliver(new PeerMessage.Reject(block)));
            listener.readCompleted();
        });
    }

    private void work() {
        for (List<BlockRequest> run = nextRun(); !run.isEmpty(); run = nextRun()) {
            BlockRequest first = run.getFirst();
            BlockRequest last = run.getLast();
            PieceLayout layout = seed.info().layout();
            long offset = offset(layout, first);
            byte[] data = new byte[(int) (offset(layout, last) + last.length() - offset)];
            try {
                seed.fetch(offset, data);
            } catch (IOException e) {
                synchronized (this) {
                    served |= e instanceof WebSeed.Busy; // it answers, and is no failure
                }
                end(e);
                return;
            } catch (RuntimeException e) { // a bug; to the engine it must not be a peer that is silent for ever
                end(new IOException("internal error: " + e, e));
                return;
            }
            synchronized (this) {
                served = true;
            }
            int at = 0;
            for (BlockRequest block : run) {
                ByteBuffer bytes =
                        ByteBuffer.wrap(data, at, block.length()).slice().asReadOnlyBuffer();
                deliver(new PeerMessage.Piece(block.piece(), block.begin(), bytes));
                at += block.length();
            }
            listener.readCompleted();
        }
    }

    /// Takes the oldest request and those after it that continue it.
    private synchronized List<BlockRequest> nextRun() {
        List<BlockRequest> run = new ArrayList<>();
        PieceLayout layout = seed.info().layout();
        long end = -1;
        int length = 0;
        while (!closed && !queue.isEmpty()) {
            BlockRequest next = queue.getFirst();
            long offset = offset(layout, next);
            if (!run.isEmpty() && (offset != end || length + next.length() > MAX_RUN)) {
                break;
            }
            run.add(queue.removeFirst());
            length += next.length();
            end = offset + next.length();
        }
        working = !run.isEmpty();
        return run;
    }

    private static long offset(PieceLayout layout, BlockRequest block) {
        return layout.offset(block.piece()) + block.begin();
    }

    private void deliver(PeerMessage message) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        listener.received(message);
    }

    private void end(IOException failure) {
        int failures = failures();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queue.clear();
        }
        boolean hopeless = failures >= MAX_FAILURES || seed.have().isEmpty();
        listener.closed(
                String.valueOf(failure.getMessage()),
                hopeless ? Optional.empty() : Optional.of(delay(failure, failures)));
    }

    private static Duration delay(IOException failure, int failures) {
        return switch (failure) {
            case WebSeed.FileMissing _ -> Duration.ofSeconds(1);
            case WebSeed.Busy busy -> busy.retryIn();
            default -> {
                Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, 10));
                yield delay.compareTo(MAX_RETRY) < 0 ? delay : MAX_RETRY;
            }
        };
    }

    /// Ends the connection; what is being fetched is thrown away.
    @Override
    public synchronized void close() {
        closed = true;
        queue.clear();
    }
}
