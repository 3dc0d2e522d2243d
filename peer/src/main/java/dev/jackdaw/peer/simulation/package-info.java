/// Swarms of production [engines][dev.jackdaw.peer.engine.TorrentEngine] on virtual time: a network, disks and a
/// tracker that exist only as numbers, peers that behave badly, and checks that hold at every step.
///
/// ```java
/// var swarm = SwarmSimulation.of(200).pieces(64).latencyMillis(20, 200).loss(0.01).seed(seed).start();
/// swarm.runUntilDistributedCopies(1.0, Duration.ofMinutes(10));
/// swarm.disconnect(swarm.seeder());
/// assertTrue(swarm.runUntilComplete(Duration.ofMinutes(30)), seed::describe);
/// ```
package dev.jackdaw.peer.simulation;
