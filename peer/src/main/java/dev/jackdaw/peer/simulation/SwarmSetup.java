package dev.jackdaw.peer.simulation;

import dev.jackdaw.simulation.NetworkConditions;
import dev.jackdaw.simulation.Seed;
import java.time.Duration;

/// What a [SwarmSimulation] is made of; every setter returns the setup.
public final class SwarmSetup {
    final int leechers;
    int seeders = 1;
    int pieces = 64;
    int pieceLength = 256 << 10;
    NetworkConditions conditions = new NetworkConditions(20_000_000, 200_000_000, 0);
    long uplink = 1 << 20;
    long downlink = 8 << 20;
    long seederUplink = 4 << 20;
    int uploadSlots = 5;
    int maxConnections = 40;
    int maxHalfOpen = 10;
    int freeRiders;
    int corrupters;
    double behindNat;
    double leaveWhenComplete;
    boolean magnet;
    Duration faultsFor = Duration.ZERO;
    Duration joinOver = Duration.ofSeconds(10);
    Duration announceInterval = Duration.ofMinutes(5);
    Seed seed = new Seed(1);

    SwarmSetup(int leechers) {
        if (leechers < 1) {
            throw new IllegalArgumentException(leechers + " leechers, expected at least 1");
        }
        this.leechers = leechers;
    }

    /// Peers that have everything from the start; 1.
    public SwarmSetup seeders(int value) {
        seeders = value;
        return this;
    }

    /// 64.
    public SwarmSetup pieces(int value) {
        pieces = value;
        return this;
    }

    /// Bytes; 256 KiB.
    public SwarmSetup pieceLength(int value) {
        pieceLength = value;
        return this;
    }

    /// One way; each pair of peers has its own between the bounds. 20 … 200.
    public SwarmSetup latencyMillis(long min, long max) {
        conditions = new NetworkConditions(min * 1_000_000, max * 1_000_000, conditions.loss());
        return this;
    }

    /// Share of packets lost, 0 … 1; 0.
    public SwarmSetup loss(double value) {
        conditions = new NetworkConditions(conditions.minLatencyNanos(), conditions.maxLatencyNanos(), value);
        return this;
    }

    /// Bytes per second of each leecher, 0 for no limit; 1 MiB up, 8 MiB down.
    public SwarmSetup bandwidth(long up, long down) {
        uplink = up;
        downlink = down;
        return this;
    }

    /// Bytes per second of each seeder, 0 for no limit; 4 MiB.
    public SwarmSetup seederUplink(long value) {
        seederUplink = value;
        return this;
    }

    /// 5.
    public SwarmSetup uploadSlots(int value) {
        uploadSlots = value;
        return this;
    }

    /// Per peer; 40.
    public SwarmSetup maxConnections(int value) {
        maxConnections = value;
        return this;
    }

    /// How many of the leechers never give.
    public SwarmSetup freeRiders(int value) {
        freeRiders = value;
        return this;
    }

    /// How many of the leechers send garbage.
    public SwarmSetup corrupters(int value) {
        corrupters = value;
        return this;
    }

    /// Share of the leechers that nobody can dial, 0 … 1; 0.
    public SwarmSetup behindNat(double share) {
        behindNat = share;
        return this;
    }

    /// Share of the leechers that leave with their last piece, 0 … 1; 0.
    public SwarmSetup leaveWhenComplete(double share) {
        leaveWhenComplete = share;
        return this;
    }

    /// Leechers start from a magnet link and fetch the metadata from peers (BEP 9).
    public SwarmSetup magnet() {
        magnet = true;
        return this;
    }

    /// How long from the start things go wrong at random: leechers vanish, and the network falls apart for some
    /// seconds, see [Faults]; none.
    public SwarmSetup faultsFor(Duration value) {
        faultsFor = value;
        return this;
    }

    /// The time over which leechers join, evenly at random; 10 s.
    public SwarmSetup joinOver(Duration value) {
        joinOver = value;
        return this;
    }

    /// What the tracker asks for; 5 minutes.
    public SwarmSetup announceInterval(Duration value) {
        announceInterval = value;
        return this;
    }

    public SwarmSetup seed(Seed value) {
        seed = value;
        return this;
    }

    /// Builds the swarm; its clock stands at 0 and nobody has joined.
    public SwarmSimulation start() {
        if (seeders < 0 || freeRiders + corrupters > leechers) {
            throw new IllegalArgumentException(seeders + " seeders, " + freeRiders + " free riders and " + corrupters
                    + " corrupters of " + leechers + " leechers");
        }
        return new SwarmSimulation(this);
    }

    /// Builds the swarm and runs it until every honest leecher is complete, and then every free rider, or that
    /// time is over. Faults come while there is something to do.
    public SwarmReport run(Duration limit) {
        SwarmSimulation swarm = start();
        swarm.runUntilComplete(limit);
        if (freeRiders > 0) {
            swarm.runUntilAllComplete(limit);
        }
        return swarm.report();
    }

    @Override
    public String toString() {
        return "%d seeders, %d leechers (%d free riders, %d corrupters), %d pieces of %d KiB, faults for %d s, %s"
                .formatted(
                        seeders,
                        leechers,
                        freeRiders,
                        corrupters,
                        pieces,
                        pieceLength >> 10,
                        faultsFor.toSeconds(),
                        seed);
    }
}
