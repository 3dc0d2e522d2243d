package dev.jackdaw.peer.engine;

import java.util.Optional;

/// How fast a torrent may go in each direction, and when what waits for that, or for memory, is tried again.
///
/// New limits and grants of the session's come as events, and everything is tried again at once. But time alone
/// brings allowance too, and another torrent gives memory back without a word: so each want has a time at which it
/// is looked at again, which stays as it is until it has come, however many events there are before it.
final class Pacing {
    /// How soon memory is asked for again after it was refused: another torrent may have given some back.
    private static final long MEMORY_RETRY_NANOS = 100_000_000L;
    /// A limit lets requests and blocks through in portions at least this far apart.
    private static final long PORTION_NANOS = 25_000_000L;

    /// What something may wait for.
    enum Want {
        MEMORY,
        DOWNLOAD,
        UPLOAD
    }

    private final Allowance download = new Allowance();
    private final Allowance upload = new Allowance();
    private final Deadlines<Want> retries = new Deadlines<>(Want.class);

    Allowance download() {
        return download;
    }

    Allowance upload() {
        return upload;
    }

    /// Limits the torrent from now on.
    ///
    /// @param downloadBytesPerSecond 0 for no limit, as the other one
    void limit(long downloadBytesPerSecond, long uploadBytesPerSecond, long nowNanos) {
        download.limit(downloadBytesPerSecond, nowNanos);
        upload.limit(uploadBytesPerSecond, nowNanos);
    }

    void grant(TorrentEvent.Direction direction, long bytes) {
        switch (direction) {
            case DOWNLOAD -> download.grant(bytes);
            case UPLOAD -> upload.grant(bytes);
        }
    }

    /// Looks at what waits now.
    ///
    /// @param lacksMemory whether a piece was refused for lack of it
    void review(boolean lacksMemory, long nowNanos) {
        if (isNew(Want.MEMORY, lacksMemory)) {
            retries.set(Want.MEMORY, nowNanos + MEMORY_RETRY_NANOS);
        }
        review(Want.DOWNLOAD, download, nowNanos);
        review(Want.UPLOAD, upload, nowNanos);
    }

    private void review(Want want, Allowance allowance, long nowNanos) {
        if (isNew(want, allowance.isAwaited())) {
            long next = allowance.nextAvailableNanos(nowNanos);
            retries.set(want, next == Long.MAX_VALUE ? next : Math.max(next, nowNanos + PORTION_NANOS));
        }
    }

    /// Whether there is such a want and no time for it yet; forgets the time if there is none.
    private boolean isNew(Want want, boolean isThere) {
        if (!isThere) {
            retries.clear(want);
        }
        return isThere && retries.at(want) == Long.MAX_VALUE;
    }

    /// When the next want is due, or `Long.MAX_VALUE`.
    long nextNanos() {
        return retries.next();
    }

    /// A want that is to be tried again now.
    Optional<Want> pollDue(long nowNanos) {
        return retries.pollDue(nowNanos);
    }
}
