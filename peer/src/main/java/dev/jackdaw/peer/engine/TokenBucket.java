package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PieceLayout;

/// A rate limit: bytes accrue at the configured rate up to a quarter of a second's worth, but at least one block.
///
/// Whoever finds any byte available may take a whole block; the bucket then goes below zero and stays shut until the
/// debt is paid, so the long-run rate is exact for any block size.
final class TokenBucket {
    private long rate;
    private double tokens;
    private long refilledAtNanos;
    private boolean started;

    /// @param bytesPerSecond 0 for no limit
    TokenBucket(long bytesPerSecond) {
        rate = checkRate(bytesPerSecond);
        tokens = capacity();
    }

    /// Changes the limit from now on. What has accrued is kept, as far as the new rate's burst allows.
    ///
    /// @param bytesPerSecond 0 for no limit
    void setRate(long bytesPerSecond, long nowNanos) {
        refill(nowNanos);
        boolean wasUnlimited = rate == 0;
        rate = checkRate(bytesPerSecond);
        tokens = wasUnlimited ? capacity() : Math.min(tokens, capacity());
    }

    boolean isUnlimited() {
        return rate == 0;
    }

    /// Bytes that may be taken now; `Long.MAX_VALUE` without a limit, never negative.
    long available(long nowNanos) {
        if (rate == 0) {
            return Long.MAX_VALUE;
        }
        refill(nowNanos);
        return Math.max(0, (long) tokens);
    }

    /// Takes bytes, also more than are available.
    void take(long bytes, long nowNanos) {
        if (rate != 0) {
            refill(nowNanos);
            tokens -= bytes;
        }
    }

    /// When [#available] is next above zero: `nowNanos` if it is already.
    long nextAvailableNanos(long nowNanos) {
        if (available(nowNanos) > 0) {
            return nowNanos;
        }
        return nowNanos + (long) Math.ceil((1 - tokens) * 1e9 / rate) + 1;
    }

    private void refill(long nowNanos) {
        if (!started) {
            started = true;
            refilledAtNanos = nowNanos;
        } else if (nowNanos > refilledAtNanos) {
            tokens = Math.min(capacity(), tokens + (nowNanos - refilledAtNanos) * (rate / 1e9));
            refilledAtNanos = nowNanos;
        }
    }

    private double capacity() {
        return Math.max(rate / 4, PieceLayout.BLOCK_LENGTH);
    }

    private static long checkRate(long bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("rate " + bytesPerSecond + ", expected 0 or more");
        }
        return bytesPerSecond;
    }
}
