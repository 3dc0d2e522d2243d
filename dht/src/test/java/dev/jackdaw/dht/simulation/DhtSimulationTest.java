package dev.jackdaw.dht.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.simulation.Seed;
import org.junit.jupiter.api.Test;

class DhtSimulationTest {
    private static final Seed SEED = new Seed(1);

    @Test
    void lookupsOfACalmDhtFindTheNearestNodeAsAKademliaModelSays() {
        SimulationReport report = DhtSimulation.run(Scenario.calm(1_000, SEED).asking(300, 1));

        assertTrue(report.foundNearest() >= 0.99, report::describe);
        assertTrue(report.hops() > 1.9 && report.hops() < 2.9, report::describe); // the model: 2.4
        assertTrue(report.messages() > 9 && report.messages() < 13, report::describe); // the model: 11
        assertEquals(8, report.stored(), report::describe);
        assertTrue(report.foundPeers() >= 0.99, report::describe);
    }

    @Test
    void theSameSeedIsTheSameRunAndAnotherIsAnother() {
        Scenario scenario = Scenario.harsh(300, SEED).asking(20, 1);

        SimulationReport first = DhtSimulation.run(scenario);

        assertEquals(first.digest(), DhtSimulation.run(scenario).digest());
        assertNotEquals(
                first.digest(),
                DhtSimulation.run(Scenario.harsh(300, new Seed(2)).asking(20, 1))
                        .digest());
    }

    @Test
    void threadsMakeNoDifferenceToARun() {
        Scenario scenario = Scenario.harsh(1_000, SEED).asking(50, 1);

        assertEquals(
                DhtSimulation.run(scenario, 1).digest(),
                DhtSimulation.run(scenario, 3).digest());
    }

    @Test
    void peersAreFoundAmongDeadNodesNatsLossAndChurn() {
        SimulationReport report = DhtSimulation.run(Scenario.harsh(1_000, SEED).asking(200, 3));

        assertTrue(report.lost() > report.sent() / 25, report::describe);
        assertTrue(report.foundNearest() >= 0.98, report::describe);
        assertTrue(report.foundPeers() >= 0.98, report::describe);
    }

    @Test
    void attackersWithIdsOfTheirChoiceHideNobodyWhereOthersKeepToBep42() {
        Scenario attacked = new Scenario(1_000, 4, 0, 0, 0.25, 0, 0, 200, 3, SEED);

        SimulationReport report = DhtSimulation.run(attacked);

        assertTrue(report.foundNearest() >= 0.99, report::describe);
        assertTrue(report.foundPeers() >= 0.99, report::describe);
    }

    @Test
    void addressesAndNumbersAreOneToOne() {
        for (int number = 0; number < 1 << 30; number += 1_234_567) {
            assertEquals(number, Addresses.number(Addresses.of(number)));
        }
    }
}
