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

        SimulationReport.Lookups lookups = report.lookups();
        assertTrue(lookups.foundNearest() >= 0.99, report::describe);
        assertTrue(lookups.hops() > 2.1 && lookups.hops() < 2.7, report::describe); // the model: 2.4
        assertTrue(lookups.messages() > 10 && lookups.messages() < 12, report::describe); // the model: 11
        SimulationReport.Lookups fromBeside = report.fromBeside();
        assertEquals(300, fromBeside.ended(), report::describe);
        assertTrue(fromBeside.hops() > 1.1 && fromBeside.hops() < 2, report::describe); // the model: 1.7
        assertTrue(fromBeside.messages() > 8 && fromBeside.messages() < 10, report::describe); // the model: 9
        assertEquals(8, report.stored(), report::describe);
        assertTrue(report.foundPeers() >= 0.99, report::describe);
    }

    @Test
    void searchesWaitWhereThereAreMoreThanNodesToBeginThem() {
        SimulationReport report = DhtSimulation.run(Scenario.calm(16, SEED).asking(300, 1));

        assertEquals(300, report.lookups().ended(), report::describe);
        assertEquals(300, report.searches(), report::describe);
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
        assertTrue(report.lookups().foundNearest() >= 0.98, report::describe);
        assertTrue(report.foundPeers() >= 0.98, report::describe);
    }

    @Test
    void attackersWithIdsOfTheirChoiceHideNobodyWhereOthersKeepToBep42() {
        Scenario attacked = new Scenario(1_000, 4, 0, 0, 0.25, 0, 0, 200, 3, SEED);

        SimulationReport report = DhtSimulation.run(attacked);

        assertTrue(report.lookups().foundNearest() >= 0.99, report::describe);
        assertTrue(report.foundPeers() >= 0.99, report::describe);
    }
}
