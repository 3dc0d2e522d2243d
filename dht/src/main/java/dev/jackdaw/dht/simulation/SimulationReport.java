package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.engine.SearchReport;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/// What came of a simulation.
///
/// @param lookups        by random nodes
/// @param fromBeside     lookups by nodes beside their targets
/// @param stored         nodes at which an announcement was stored, on average
/// @param searches       for what was announced
/// @param foundPeers     share of those that found it
/// @param tableSize      members of a node's routing table, on average
/// @param bytesPerNode   heap of a node before it started; without meaning for few nodes
/// @param events         that happened in virtual time
/// @param sent           messages, of which `lost` were lost
/// @param builtNanos     real time until the network was there
/// @param ranNanos       real time that all events took
/// @param virtualNanos   virtual time in which they happened
/// @param digest         of all events: the same for the same seed
public record SimulationReport(
        Scenario scenario,
        Lookups lookups,
        Lookups fromBeside,
        double stored,
        int searches,
        double foundPeers,
        double tableSize,
        double bytesPerNode,
        long events,
        long sent,
        long lost,
        long builtNanos,
        long ranNanos,
        long virtualNanos,
        String digest) {
    private static final double SECOND = 1e9;

    /// How long it took at least for the slowest half, tenth and hundredth, in milliseconds.
    public record Times(long p50Millis, long p90Millis, long p99Millis) {
        static Times of(List<Probe> probes, ToLongFunction<SearchReport> nanos) {
            long[] sorted = probes.stream()
                    .mapToLong(probe -> nanos.applyAsLong(probe.report()))
                    .sorted()
                    .toArray();
            return new Times(at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99));
        }

        private static long at(long[] sorted, double share) {
            return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * share)] / 1_000_000;
        }
    }

    /// What came of lookups.
    ///
    /// @param ended          others were begun by nodes that left
    /// @param foundNearest   share which the nearest node answered that answers everybody
    /// @param foundOfNearest share of the eight nearest that answered, on average
    /// @param hops           nodes asked one after the other until the nearest, on average
    /// @param messages       queries, on average
    /// @param end            how long they took
    public record Lookups(
            int ended, double foundNearest, double foundOfNearest, double hops, double messages, Times end) {
        private static Lookups of(List<Probe> lookups) {
            return new Lookups(
                    lookups.size(),
                    share(lookups, Probe::foundNearest),
                    lookups.stream().mapToDouble(Probe::shareFound).average().orElse(0),
                    mean(lookups, SearchReport::hops),
                    mean(lookups, SearchReport::queries),
                    Times.of(lookups, SearchReport::nanos));
        }
    }

    static SimulationReport of(
            Scenario scenario,
            VirtualInternet internet,
            List<Probe> plan,
            double bytesPerNode,
            long builtNanos,
            long ranNanos,
            long virtualNanos) {
        List<Probe> searches = ended(plan, Probe.Purpose.GET_PEERS);
        return new SimulationReport(
                scenario,
                Lookups.of(ended(plan, Probe.Purpose.LOOKUP)),
                Lookups.of(ended(plan, Probe.Purpose.LOOKUP_FROM_BESIDE)),
                mean(ended(plan, Probe.Purpose.ANNOUNCE), SearchReport::stored),
                searches.size(),
                share(searches, Probe::foundPeer),
                internet.tableSize(),
                bytesPerNode,
                internet.events(),
                internet.messages(),
                internet.lost(),
                builtNanos,
                ranNanos,
                virtualNanos,
                internet.digest());
    }

    private static List<Probe> ended(List<Probe> plan, Probe.Purpose purpose) {
        return plan.stream()
                .filter(probe -> probe.purpose == purpose && !probe.isVoid)
                .toList();
    }

    private static double share(List<Probe> probes, Predicate<Probe> test) {
        return probes.isEmpty() ? 0 : (double) probes.stream().filter(test).count() / probes.size();
    }

    private static double mean(List<Probe> probes, ToLongFunction<SearchReport> value) {
        return probes.stream()
                .mapToLong(probe -> value.applyAsLong(probe.report()))
                .average()
                .orElse(0);
    }

    public double eventsPerSecond() {
        return events / (ranNanos / SECOND);
    }

    /// Some lines for people.
    public String describe() {
        return String.format(
                Locale.ROOT,
                """
                %,d nodes, alpha %d, %s
                dead %.0f %%, behind NAT %.0f %%, Sybils %.0f %%, loss %.0f %%, median session %s
                lookups          %,d, nearest found %.2f %%, of the eight nearest %.2f %%
                hops             %.2f to the nearest
                messages         %.2f per lookup
                time to the end  median %,d ms, 90th percentile %,d ms, 99th %,d ms
                from beside      %.2f hops, %.2f messages: %,d lookups by nodes beside their targets, as kad_model draws them
                announce         stored at %.1f nodes
                get_peers        %,d, peer found %.2f %%
                tables           %.1f members, %,.0f bytes of heap per node
                events           %,d in %.1f s of virtual time, %,d messages sent, %,d lost
                speed            %,.0f events/s: built in %.1f s, ran for %.1f s
                digest           %s
                """,
                scenario.nodes(),
                scenario.alpha(),
                scenario.seed(),
                100 * scenario.dead(),
                100 * scenario.nat(),
                100 * scenario.sybil(),
                100 * scenario.loss(),
                scenario.sessionMinutes() == 0 ? "endless" : scenario.sessionMinutes() + " min",
                lookups.ended(),
                100 * lookups.foundNearest(),
                100 * lookups.foundOfNearest(),
                lookups.hops(),
                lookups.messages(),
                lookups.end().p50Millis(),
                lookups.end().p90Millis(),
                lookups.end().p99Millis(),
                fromBeside.hops(),
                fromBeside.messages(),
                fromBeside.ended(),
                stored,
                searches,
                100 * foundPeers,
                tableSize,
                bytesPerNode,
                events,
                virtualNanos / SECOND,
                sent,
                lost,
                eventsPerSecond(),
                builtNanos / SECOND,
                ranNanos / SECOND,
                digest);
    }
}
