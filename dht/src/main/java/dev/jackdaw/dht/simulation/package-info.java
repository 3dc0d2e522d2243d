/// A DHT of hundreds of thousands of nodes on virtual time, each of them the production
/// [dev.jackdaw.dht.engine.DhtEngine].
///
/// A [dev.jackdaw.dht.simulation.Scenario] says what world it is; [dev.jackdaw.dht.simulation.DhtSimulation] builds
/// it, lets searches run in it, and gives a [dev.jackdaw.dht.simulation.SimulationReport]:
/// ```
/// SimulationReport report = DhtSimulation.run(Scenario.calm(5_000, new Seed(1)));
/// ```
package dev.jackdaw.dht.simulation;
