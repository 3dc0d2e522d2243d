package dev.jackdaw.tracker.accounts;

import java.util.Optional;

/// Turns what a client claims into what its user is credited.
///
/// A client reports totals since its own start, over every address it has, sometimes twice, sometimes late. Each
/// [Participation] has a [Mark], the highest totals credited so far, and only what exceeds it counts:
///
/// - The first report sets the mark and credits nothing: it says nothing about when the bytes were moved.
/// - The same totals over a second address, or sent again, exceed nothing.
/// - Lower totals with `started` are a client that was restarted with the same peer id: the mark goes down with
///   it. Lower totals without it are an old report that comes late: the mark stays.
/// - More than the line can carry since the last report credits nothing and leaves the mark, so that a client
///   which returns to its senses goes on from there.
/// - A report that got lost costs nothing: the next has the sum.
final class Accounting {
    private final long maxBytesPerSecond;

    /// @param maxBytesPerSecond more than this in either direction is no transfer but a claim
    Accounting(long maxBytesPerSecond) {
        this.maxBytesPerSecond = maxBytesPerSecond;
    }

    /// What a participation was last credited for.
    ///
    /// @param timeMillis of the report that set it, since the epoch
    record Mark(long uploaded, long downloaded, long timeMillis) {}

    /// What a report is worth.
    ///
    /// @param uploaded    bytes to add to the user's total
    /// @param downloaded  likewise
    /// @param mark        what the next report is measured by
    /// @param implausible whether the claim was too high to be true
    record Credit(long uploaded, long downloaded, Mark mark, boolean implausible) {}

    Credit credit(Optional<Mark> known, Report report) {
        Mark reported = new Mark(report.uploaded(), report.downloaded(), report.timeMillis());
        if (known.isEmpty()) {
            return new Credit(0, 0, reported, false);
        }
        Mark mark = known.get();
        boolean lower = report.uploaded() < mark.uploaded() || report.downloaded() < mark.downloaded();
        if (lower && report.started()) {
            return new Credit(0, 0, reported, false);
        }
        long uploaded = Math.max(0, report.uploaded() - mark.uploaded());
        long downloaded = Math.max(0, report.downloaded() - mark.downloaded());
        if (Math.max(uploaded, downloaded) > carriedSince(mark, report.timeMillis())) {
            return new Credit(0, 0, mark, true);
        }
        Mark next = new Mark(
                mark.uploaded() + uploaded,
                mark.downloaded() + downloaded,
                Math.max(mark.timeMillis(), report.timeMillis()));
        return new Credit(uploaded, downloaded, next, false);
    }

    /// Bytes that fit through the line since the mark; a second's worth at least.
    private long carriedSince(Mark mark, long timeMillis) {
        long seconds = Math.max(1, (timeMillis - mark.timeMillis() + 999) / 1000);
        return seconds > Long.MAX_VALUE / maxBytesPerSecond ? Long.MAX_VALUE : seconds * maxBytesPerSecond;
    }
}
