package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PieceLayout;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The requests that one peer has not answered yet, oldest first, and how many of them there ought to be.
///
/// The depth begins at [#START], grows fast with the first answers and then by one with each block while the rate
/// still grows with it (slow start), and then follows rate × latency. A ring in the order of asking: peers answer
/// in that order, so an answer is found at its head.
///
/// The age of an answer is the latency only if little was asked for before it, and the first ones come while both
/// sides are still warming up. So of a quick peer's latency a *sample* is taken, ever more rarely in slow start
/// and then once a second: nothing is asked for until next to nothing is outstanding, which costs less than one
/// latency. Slow start begins anew if it went by a latency that was far too long.
final class RequestPipeline {
    /// Before anything has come: a peer that answers with more than was asked for has written little by then.
    static final int START = 8;
    /// How much the first answers let the depth grow each: to four times [#START] a latency later.
    private static final int FIRST_GROWTH = 3;
    /// Never fewer, so that a slow peer has its next request at hand.
    static final int MIN = 4;
    /// 16 MiB: 20 ms of the fastest loopback, 130 ms of a gigabit. Deeper queues only fill memory.
    static final int MAX = 1024;

    /// How much data is kept asked for beyond what the latency needs; it also lets the measured rate grow.
    private static final double SLACK_SECONDS = 0.5;
    /// The same at most in blocks, unless the latency needs more: what is under way is lost with a process that is
    /// killed, and half a second of a quick peer would be all that it queues.
    static final int MAX_SLACK = 72;
    /// Slow start waits while answers take twice the latency and this: the peer has more in its queue than it needs.
    private static final long QUEUED_NANOS = 300_000L;

    /// A sample of the latency is taken when no more than this is outstanding.
    static final int SAMPLED = 8;
    /// Slow start goes no further before the first sample, and begins here anew.
    static final int MAX_UNSAMPLED = 80;
    /// Blocks until the first sample; the next one is due when there were twice as many.
    private static final int FIRST_SAMPLE = 32;
    /// A longer latency is not sampled: waiting would cost more than the error.
    private static final long MAX_SAMPLED_NANOS = 20_000_000L;

    /// Slow start ends when a second brings less growth than this.
    private static final double GROWTH = 1.25;

    /// A power of two; doubled when it is full.
    private static final int RING = 64;

    private static final double SECOND = 1e9;
    private static final long UNKNOWN = Long.MAX_VALUE;

    /// A peer that never sent a block is overdue after this.
    private static final long FIRST_PATIENCE = 5_000_000_000L;

    private static final long MIN_PATIENCE = 2_000_000_000L;
    private static final long MAX_PATIENCE = 15_000_000_000L;
    /// A request is overdue after this, however busy its peer is with others, or [#QUEUE_PATIENCE] times its expected
    /// time.
    private static final long MIN_AGE = 10_000_000_000L;

    private static final long MAX_AGE = 60_000_000_000L;
    private static final int QUEUE_PATIENCE = 3;

    private @Nullable PartialPiece[] pieces = new @Nullable PartialPiece[RING];
    private int[] blocks = new int[RING];
    private long[] askedAt = new long[RING];
    private int head;
    private int size;
    /// How many at the head are overdue, and were given to others.
    private int late;

    private int target = START;
    private int limit = 250;
    private boolean slowStart = true;
    private long lastRate;
    private long rate;
    /// The shortest time to an answer so far: longer ones include the queue that we make ourselves.
    private long latency = UNKNOWN;
    /// Whether requests wait until [#SAMPLED] is reached.
    private boolean sampling;
    private int answers;
    private int sampleAt = FIRST_SAMPLE;
    /// Those after a sample come sooner than the others, as little was asked for before them: they say nothing about
    /// whether more is needed.
    private int growAt;
    private boolean everAnswered;
    private long progressAt;

    private boolean removedWasLate;

    /// Bounds the depth by what the peer says it queues (BEP 10, `reqq`).
    void setPeerLimit(int requests) {
        limit = Math.max(1, requests);
    }

    int outstanding() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int target() {
        return Math.min(Math.min(target, MAX), limit);
    }

    /// How many requests to add now: none while it is half full, so that they go out together and less is under way on
    /// average, none before a sample, and none while something is overdue.
    int room() {
        int depth = target();
        int most = sampling ? SAMPLED : depth / 2;
        return late > 0 || size > most ? 0 : depth - size;
    }

    void add(PartialPiece piece, int block, long nowNanos) {
        if (size == blocks.length) {
            grow();
        }
        if (size == 0) {
            progressAt = nowNanos;
        }
        if (sampling) {
            sampling = false;
            growAt = answers + target();
        }
        int at = slot(size++);
        pieces[at] = piece;
        blocks[at] = block;
        askedAt[at] = nowNanos;
    }

    boolean contains(int piece, int block) {
        return find(piece, block) >= 0;
    }

    /// Whether any block of the piece is asked for.
    boolean asksFor(PartialPiece piece) {
        for (int i = 0; i < size; i++) {
            if (pieces[slot(i)] == piece) {
                return true;
            }
        }
        return false;
    }

    /// Takes the request out; `null` if there is none.
    @Nullable
    PartialPiece remove(int piece, int block) {
        int index = find(piece, block);
        if (index < 0) {
            return null;
        }
        removedWasLate = index < late;
        if (removedWasLate) {
            late--;
        }
        PartialPiece removed = pieceAt(index);
        shiftOut(index);
        return removed;
    }

    /// Takes the request out because its block came.
    @Nullable
    PartialPiece answered(int piece, int block, long nowNanos) {
        int index = find(piece, block);
        if (index < 0) {
            return null;
        }
        long age = nowNanos - askedAt[slot(index)];
        if (slowStart && age < latency / 2) {
            target = Math.min(target, MAX_UNSAMPLED);
        }
        latency = Math.min(latency, age);
        everAnswered = true;
        progressAt = nowNanos;
        if (slowStart) {
            if (++answers >= sampleAt) {
                sampleAt = 2 * answers;
                sample();
            }
            boolean sampled = sampleAt > FIRST_SAMPLE || latency > MAX_SAMPLED_NANOS;
            if (answers > growAt && age < 2 * latency + QUEUED_NANOS && target < (sampled ? MAX : MAX_UNSAMPLED)) {
                target += answers <= START ? FIRST_GROWTH : 1;
            }
        }
        return remove(piece, block);
    }

    private void sample() {
        sampling = target() > SAMPLED && latency <= MAX_SAMPLED_NANOS;
    }

    /// Whether what was last removed had been given to others already.
    boolean removedWasLate() {
        return removedWasLate;
    }

    /// The oldest one's piece; only if not empty.
    PartialPiece pieceAt(int index) {
        PartialPiece piece = pieces[slot(index)];
        if (piece == null) {
            throw new IllegalStateException("request " + index + " of " + size);
        }
        return piece;
    }

    int blockAt(int index) {
        return blocks[slot(index)];
    }

    /// Whether the peer owes something for too long.
    boolean isOverdue() {
        return late > 0;
    }

    /// Forgets all requests, or all but those of pieces that may be asked for while choked.
    void retain(IntPredicate keepPiece, Released released) {
        int kept = 0;
        int keptLate = 0;
        for (int i = 0; i < size; i++) {
            PartialPiece piece = pieceAt(i);
            boolean wasLate = i < late;
            if (keepPiece.test(piece.piece())) {
                int to = slot(kept++);
                pieces[to] = piece;
                blocks[to] = blocks[slot(i)];
                askedAt[to] = askedAt[slot(i)];
                keptLate += wasLate ? 1 : 0;
            } else {
                released.release(piece, blockAt(i), wasLate);
            }
        }
        for (int i = kept; i < size; i++) {
            pieces[slot(i)] = null;
        }
        size = kept;
        late = keptLate;
    }

    /// Told of each request that is no longer waited for.
    @FunctionalInterface
    interface Released {
        /// @param wasLate whether the request was overdue already
        void release(PartialPiece piece, int block, boolean wasLate);
    }

    /// Declares overdue what is: everything if the peer sends nothing any more, else the requests that are too old.
    void expire(long nowNanos, Released overdue) {
        if (size == late) {
            return;
        }
        boolean stalled = nowNanos - progressAt > patience();
        long maxAge = maxAge();
        while (late < size && (stalled || nowNanos - askedAt[slot(late)] > maxAge)) {
            overdue.release(pieceAt(late), blockAt(late), false);
            late++;
        }
    }

    /// How long the peer has owed a block; 0 if it owes none.
    long silentNanos(long nowNanos) {
        return size == 0 ? 0 : nowNanos - progressAt;
    }

    private long patience() {
        if (!everAnswered) {
            return FIRST_PATIENCE;
        }
        long expected = rate == 0 ? MAX_PATIENCE : (long) (16 * PieceLayout.BLOCK_LENGTH * SECOND / rate);
        return Math.clamp(expected, MIN_PATIENCE, MAX_PATIENCE);
    }

    private long maxAge() {
        long expected = rate == 0 ? MAX_AGE : (long) (size * PieceLayout.BLOCK_LENGTH * SECOND / rate);
        return Math.clamp(QUEUE_PATIENCE * expected, MIN_AGE, MAX_AGE);
    }

    /// Follows what was measured; called once a second.
    void measure(long rateBytesPerSecond) {
        if (size == 0 && rateBytesPerSecond == 0) {
            return;
        }
        rate = rateBytesPerSecond;
        if (slowStart && everAnswered && (target >= limit || rate < lastRate * GROWTH)) {
            slowStart = false;
        }
        lastRate = rate;
        sample();
        if (!slowStart) {
            double blocksPerSecond = (double) rate / PieceLayout.BLOCK_LENGTH;
            double needed = blocksPerSecond * (latency == UNKNOWN ? 1 : latency / SECOND);
            double slack = Math.min(blocksPerSecond * SLACK_SECONDS, Math.max(MAX_SLACK, needed));
            target = (int) Math.clamp(Math.ceil(needed + slack), MIN, MAX);
        }
    }

    private int find(int piece, int block) {
        for (int i = 0; i < size; i++) {
            int at = slot(i);
            PartialPiece candidate = pieces[at];
            if (blocks[at] == block && candidate != null && candidate.piece() == piece) {
                return i;
            }
        }
        return -1;
    }

    private void shiftOut(int index) {
        for (int i = index; i > 0; i--) {
            int to = slot(i);
            int from = slot(i - 1);
            pieces[to] = pieces[from];
            blocks[to] = blocks[from];
            askedAt[to] = askedAt[from];
        }
        pieces[head] = null;
        head = slot(1);
        size--;
    }

    private int slot(int index) {
        return (head + index) & (blocks.length - 1);
    }

    private void grow() {
        int length = 2 * blocks.length;
        @Nullable PartialPiece[] newPieces = new @Nullable PartialPiece[length];
        int[] newBlocks = new int[length];
        long[] newAskedAt = new long[length];
        for (int i = 0; i < size; i++) {
            int from = slot(i);
            newPieces[i] = pieces[from];
            newBlocks[i] = blocks[from];
            newAskedAt[i] = askedAt[from];
        }
        pieces = newPieces;
        blocks = newBlocks;
        askedAt = newAskedAt;
        head = 0;
    }
}
