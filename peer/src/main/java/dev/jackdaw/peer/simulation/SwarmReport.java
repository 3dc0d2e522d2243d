package dev.jackdaw.peer.simulation;

import dev.jackdaw.simulation.Seed;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What a simulated swarm did.
///
/// @param setup        in words
/// @param seed         repeats the run
/// @param peers        seeders and leechers, also those that left
/// @param complete     whether every honest leecher that stayed has everything
/// @param downloads    the honest leechers' times from joining to the last piece, ascending
/// @param freeRides    the same of free riders
/// @param bandwidthBound the least time in which all could be complete: what they lack, over what those who give
/// can
///                     give
/// @param virtualTime  since the start
/// @param wallTime     spent running; the only figure that differs between equal runs
/// @param events       run by the simulator
/// @param messages     that arrived
/// @param bytes        of these
/// @param payloadBytes of blocks that arrived, wasted ones included
/// @param neededBytes  of the pieces that leechers have gained
/// @param bans         peers banned, counted once for each peer that banned them
/// @param digest       of all that happened, in order: equal for equal runs
/// @param violationCount of invariants
/// @param violations   the first of them, a sentence each
public record SwarmReport(
        String setup,
        Seed seed,
        int peers,
        boolean complete,
        List<Duration> downloads,
        List<Duration> freeRides,
        Duration bandwidthBound,
        Duration virtualTime,
        Duration wallTime,
        long events,
        long messages,
        long bytes,
        long payloadBytes,
        long neededBytes,
        long announces,
        int bans,
        String digest,
        long violationCount,
        List<String> violations) {
    public SwarmReport {
        downloads = List.copyOf(downloads);
        freeRides = List.copyOf(freeRides);
        violations = List.copyOf(violations);
    }

    public double eventsPerSecond() {
        return wallTime.isZero() ? 0 : events * 1e9 / wallTime.toNanos();
    }

    /// The download time that this share of those who finished did not exceed; zero if nobody finished.
    ///
    /// @param share 0 … 1
    public Duration percentile(double share) {
        return downloads.isEmpty()
                ? Duration.ZERO
                : downloads.get(Math.clamp((int) Math.ceil(share * downloads.size()) - 1, 0, downloads.size() - 1));
    }

    /// Payload that arrived, as a multiple of what was gained by it: what is above 1 is duplicates, corrupt
    /// blocks, and pieces in the making.
    public double payloadRatio() {
        return neededBytes == 0 ? 0 : (double) payloadBytes / neededBytes;
    }

    /// How many times longer free riders took than those who share, on average; 0 if none of either finished.
    public double freeRiderRatio() {
        double sharing = mean(downloads);
        return sharing == 0 ? 0 : mean(freeRides) / sharing;
    }

    /// The whole run's virtual time, as a multiple of [#bandwidthBound()].
    public double boundRatio() {
        return bandwidthBound.isZero() ? 0 : (double) virtualTime.toNanos() / bandwidthBound.toNanos();
    }

    private static double mean(List<Duration> durations) {
        return durations.stream().mapToLong(Duration::toNanos).average().orElse(0);
    }

    /// The figures in a few lines, for people.
    public String describe() {
        StringBuilder text = new StringBuilder();
        line(text, "%s", setup);
        line(text, "%s after %s of virtual time", complete ? "complete" : "NOT complete", seconds(virtualTime));
        line(
                text,
                "%,d finished: first %s, half %s, 90%% %s, last %s",
                downloads.size(),
                seconds(percentile(0)),
                seconds(percentile(0.5)),
                seconds(percentile(0.9)),
                seconds(percentile(1)));
        line(
                text,
                "%,d events in %s: %,.0f a second; %,d messages, %,d MiB, of which payload %,d MiB, %.3f of what was gained; %,d announces, %,d bans",
                events,
                seconds(wallTime),
                eventsPerSecond(),
                messages,
                bytes >> 20,
                payloadBytes >> 20,
                payloadRatio(),
                announces,
                bans);
        line(text, "%.2f of the bandwidth bound, %s", boundRatio(), seconds(bandwidthBound));
        if (!freeRides.isEmpty()) {
            line(
                    text,
                    "%d free riders finished: first %s, last %s; on average after %.2f times the time of those who share",
                    freeRides.size(),
                    seconds(freeRides.getFirst()),
                    seconds(freeRides.getLast()),
                    freeRiderRatio());
        }
        line(text, "digest %s", digest);
        line(text, "%,d violations", violationCount);
        violations.forEach(violation -> line(text, "  %s", violation));
        return text.toString();
    }

    /// The same in a line, with the violations in lines after it.
    public String summary() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %s after %s, %d of %d finished, %.3f of what was gained, %d bans, %d violations, digest %s",
                seed,
                complete ? "complete" : "NOT complete",
                seconds(virtualTime),
                downloads.size(),
                peers,
                payloadRatio(),
                bans,
                violationCount,
                digest));
        violations.forEach(violation -> text.append("\n  ").append(violation));
        return text.toString();
    }

    @SuppressWarnings("AnnotateFormatMethod")
    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
