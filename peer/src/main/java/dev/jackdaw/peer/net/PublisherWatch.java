package dev.jackdaw.peer.net;

import dev.jackdaw.dht.DhtItem;
import java.time.Duration;
import java.util.Optional;

/// When the DHT is to be asked what a publisher offers, and when that is to be put again so that the DHT does not
/// forget it (BEP 46, "Consuming content"; BEP 44, "Expiration"). Facts in, decisions out.
final class PublisherWatch {
    /// Nodes forget an item after two hours.
    static final Duration KEEPING = Duration.ofHours(1);
    /// Until something is found, it is asked for as often as that, and then ever more seldom.
    static final Duration FIRST_RETRY = Duration.ofSeconds(2);
    /// But not more seldom than that.
    static final Duration LAST_RETRY = Duration.ofMinutes(1);

    private final long periodNanos;
    /// Items of lower numbers are old.
    private final long leastSeq;
    private Optional<DhtItem.Mutable> newest = Optional.empty();
    private long retryNanos = FIRST_RETRY.toNanos();
    private long nextCheckNanos;
    private long nextPutNanos;

    /// @param period   between two checks, once something is known
    /// @param leastSeq the number of the newest item that was known before a restart, or the least number
    PublisherWatch(Duration period, long leastSeq, long nowNanos) {
        this.periodNanos = period.toNanos();
        this.leastSeq = leastSeq;
        this.nextCheckNanos = nowNanos;
    }

    long nextCheckNanos() {
        return nextCheckNanos;
    }

    /// The DHT was asked.
    ///
    /// @param found  its newest item, the signature verified
    /// @return the item if it is news; who makes use of it says so by [#take]
    Optional<DhtItem.Mutable> checked(Optional<DhtItem.Mutable> found, long nowNanos) {
        if (newest.isPresent() || found.isPresent()) {
            nextCheckNanos = nowNanos + periodNanos;
        } else {
            nextCheckNanos = nowNanos + Math.min(retryNanos, periodNanos);
            retryNanos = Math.min(2 * retryNanos, LAST_RETRY.toNanos());
        }
        return found.filter(item -> newest.isEmpty()
                ? item.seq() >= leastSeq
                : item.seq() > newest.get().seq());
    }

    /// An item is the newest from now on. It was found, so there is an hour until it is to be put.
    void take(DhtItem.Mutable item, long nowNanos) {
        newest = Optional.of(item);
        nextPutNanos = nowNanos + KEEPING.toNanos();
    }

    /// What is to be put now, if anything; then not again for an hour.
    Optional<DhtItem.Mutable> toPut(long nowNanos) {
        if (newest.isEmpty() || nowNanos - nextPutNanos < 0) {
            return Optional.empty();
        }
        nextPutNanos = nowNanos + KEEPING.toNanos();
        return newest;
    }
}
