package dev.jackdaw.protocol.tracker;

import java.time.Duration;

/// The range into which times from trackers are brought, so that none makes a client hammer it or forget it.
public final class AnnounceIntervals {
    /// Never announce more often than this, whatever a tracker says.
    public static final Duration MIN = Duration.ofSeconds(30);
    /// Never wait longer than this for the next announce or attempt.
    public static final Duration MAX = Duration.ofDays(1);
    /// For a tracker that does not say.
    public static final Duration DEFAULT = Duration.ofMinutes(30);

    private AnnounceIntervals() {}

    /// An `interval` or `min interval`: negative and 0 count as [#MIN].
    public static Duration clamp(long seconds) {
        return Duration.ofSeconds(Math.clamp(seconds, MIN.toSeconds(), MAX.toSeconds()));
    }

    /// A `retry in` (BEP 31): 1 minute … [#MAX].
    public static Duration clampRetry(long minutes) {
        return Duration.ofMinutes(Math.clamp(minutes, 1, MAX.toMinutes()));
    }
}
