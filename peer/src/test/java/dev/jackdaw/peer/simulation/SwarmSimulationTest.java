package dev.jackdaw.peer.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.simulation.Seed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SwarmSimulationTest {
    @Test
    void oneSeederAndTwoHundredLeechersComplete() {
        SwarmReport report = SwarmSimulation.of(200)
                .pieces(64)
                .latencyMillis(20, 200)
                .loss(0.01)
                .run(minutes(10));

        assertClean(report);
        assertTrue(report.complete(), report::describe);
        assertEquals(200, report.downloads().size());
        // 16 MiB at 1 MiB/s up: a swarm that shares well is not far from the 16 s that sending one copy takes.
        assertTrue(report.percentile(1).toSeconds() < 60, report::describe);
        assertTrue(report.payloadRatio() < 1.05, report::describe);
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void runsAlikeForEqualSeeds(Seed seed) {
        SwarmSetup setup = SwarmSimulation.of(40)
                .pieces(32)
                .loss(0.01)
                .freeRiders(3)
                .behindNat(0.3)
                .seed(seed);

        SwarmReport first = setup.run(minutes(10));
        SwarmReport second = setup.run(minutes(10));

        assertEquals(first.digest(), second.digest(), seed::describe);
        assertEquals(first.events(), second.events());
        assertEquals(first.downloads(), second.downloads());
        assertNotEquals(
                first.digest(),
                setup.seed(new Seed(seed.value() + 1_000)).run(minutes(10)).digest());
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void completesWhenTheSeederLeavesAfterOneDistributedCopy(Seed seed) {
        var swarm = SwarmSimulation.of(60)
                .pieces(64)
                .latencyMillis(20, 200)
                .loss(0.01)
                .seed(seed)
                .start();

        assertTrue(swarm.runUntilDistributedCopies(1.0, minutes(10)), seed::describe);
        assertFalse(swarm.peers().getLast().isComplete());
        swarm.disconnect(swarm.seeder());

        assertTrue(swarm.runUntilComplete(minutes(30)), seed::describe);
        assertClean(swarm.report());
    }

    @Test
    void completesWhenTheSeederVanishesWithoutAWord() {
        var swarm = SwarmSimulation.of(30).pieces(64).start();

        assertTrue(swarm.runUntilDistributedCopies(1.0, minutes(10)));
        swarm.crash(swarm.seeder());

        assertTrue(swarm.runUntilComplete(minutes(30)), () -> swarm.report().describe());
        assertClean(swarm.report());
    }

    @Test
    void aPartitionHeals() {
        var swarm = SwarmSimulation.of(40).pieces(64).loss(0.01).start();
        swarm.runFor(Duration.ofSeconds(8));

        swarm.partition(0.5);
        assertFalse(swarm.runUntilComplete(minutes(2)));
        swarm.heal();

        assertTrue(swarm.runUntilComplete(minutes(20)), () -> swarm.report().describe());
        assertClean(swarm.report());
    }

    @Test
    void completesAlthoughLeechersLeaveWithTheirLastPiece() {
        SwarmReport report =
                SwarmSimulation.of(60).pieces(32).leaveWhenComplete(0.9).run(minutes(30));

        assertTrue(report.complete(), report::describe);
        assertEquals(60, report.downloads().size());
        assertClean(report);
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void completesAmongCorruptersAndBansNobodyHonest(Seed seed) {
        SwarmReport report =
                SwarmSimulation.of(50).pieces(32).corrupters(10).seed(seed).run(minutes(60));

        assertTrue(report.complete(), report::describe);
        assertTrue(report.bans() > 0, report::describe);
        assertClean(report);
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void freeRidersGetLessWhileUploadIsScarce(Seed seed) {
        var swarm = SwarmSimulation.of(30)
                .pieces(128)
                .pieceLength(64 << 10)
                .freeRiders(6)
                .seederUplink(16 << 20)
                .bandwidth(64 << 10, 8 << 20)
                .seed(seed)
                .start();
        assertTrue(swarm.runUntilDistributedCopies(1.0, minutes(10)), seed::describe);
        swarm.disconnect(swarm.seeder());

        while (meanPieces(swarm, Behaviour.HONEST) < 100) {
            swarm.runFor(Duration.ofSeconds(5));
        }

        assertTrue(
                meanPieces(swarm, Behaviour.FREE_RIDER) < 75,
                () -> seed.describe() + ": free riders have " + meanPieces(swarm, Behaviour.FREE_RIDER)
                        + " of 128, the others " + meanPieces(swarm, Behaviour.HONEST));
        assertClean(swarm.report());
    }

    private static double meanPieces(SwarmSimulation swarm, Behaviour behaviour) {
        return swarm.peers().stream()
                .filter(peer -> peer.behaviour() == behaviour && !peer.startedComplete())
                .mapToInt(peer -> peer.have().cardinality())
                .average()
                .orElseThrow();
    }

    /// If all who are complete go on giving, free riders can take no more than 1.5 times as long: what they
    /// lack then is soon made good.
    @Test
    void thoseWhoShareFinishClearlySoonerThanFreeRiders() {
        SwarmReport report = SwarmSimulation.of(60)
                .pieces(128)
                .freeRiders(20)
                .seederUplink(512 << 10)
                .bandwidth(128 << 10, 8 << 20)
                .run(minutes(60));

        assertTrue(report.complete(), report::describe);
        assertEquals(20, report.freeRides().size(), report::describe);
        assertTrue(report.freeRiderRatio() > 1.2, report::describe);
        assertTrue(report.boundRatio() < 1.5, report::describe);
        assertClean(report);
    }

    @ParameterizedTest
    @MethodSource("someSeeds")
    void randomFaultsBreakNoInvariant(Seed seed) {
        SwarmReport report = SwarmSimulation.of(16)
                .pieces(48)
                .pieceLength(64 << 10)
                .bandwidth(32 << 10, 8 << 20)
                .seederUplink(64 << 10)
                .corrupters(2)
                .loss(0.02)
                .faultsFor(Duration.ofMinutes(2))
                .seed(seed)
                .run(minutes(60));

        assertTrue(report.complete(), report::describe);
        assertClean(report);
    }

    /// As many as the system property `jackdaw.seeds` says, 4 by default.
    private static java.util.stream.Stream<Seed> someSeeds() {
        return java.util.stream.LongStream.rangeClosed(1, Integer.getInteger("jackdaw.seeds", 4))
                .mapToObj(Seed::new);
    }

    @Test
    void fetchesTheMetadataFromPeers() {
        SwarmReport report = SwarmSimulation.of(30).pieces(32).magnet().run(minutes(10));

        assertTrue(report.complete(), report::describe);
        assertClean(report);
    }

    @Test
    void completesWhereMostPeersAreBehindNat() {
        SwarmReport report = SwarmSimulation.of(60).pieces(32).behindNat(0.8).run(minutes(20));

        assertTrue(report.complete(), report::describe);
        assertClean(report);
    }

    private static void assertClean(SwarmReport report) {
        assertEquals(List.of(), report.violations(), report::describe);
    }

    private static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }
}
