package dev.jackdaw.cli;

import java.time.Duration;
import java.util.Optional;

/// When a torrent has been seeded enough: at whichever comes first; never, if there is neither.
///
/// @param ratio bytes sent per byte of content
/// @param time  since seeding began in this run
record SeedGoal(Optional<Double> ratio, Optional<Duration> time) {
    boolean isOpenEnded() {
        return ratio.isEmpty() && time.isEmpty();
    }

    boolean isReached(double presentRatio, Duration seeded) {
        return ratio.filter(goal -> presentRatio >= goal).isPresent()
                || time.filter(goal -> seeded.compareTo(goal) >= 0).isPresent();
    }
}
