package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// All swarms: who is in them, and which of those an asker gets to know.
///
/// Every implementation passes `SwarmStoreContract`. All methods are safe for any number of threads; [#announce] and
/// [#scrape] run on the threads that own the sockets, so they never wait for anything slower than a private lock.
/// A store that shares its swarms with other processes therefore answers from what it knows and learns the rest in
/// its own time.
interface SwarmStore extends AutoCloseable {
    /// Calls of [#expire] that go through all there is.
    int EXPIRY_STEPS = 64;

    /// Chooses peers for the asker, then records it as its event says; the answer is left in `asker`, with the counts
    /// of the swarm after that.
    ///
    /// The chosen peers are random ones of the asker's family, each once, never the asker; a seeder that has moved
    /// something gets leechers alone. `stopped` takes the asker out and chooses nobody.
    ///
    /// @param wanted   peers at most
    /// @param nowNanos of the same clock as in [#expire]
    void announce(Announcement asker, int wanted, long nowNanos, RandomGenerator random);

    /// Fills in the counts of the swarm that `query` names; zeros if there is none.
    void scrape(Announcement query);

    /// Has some swarms brought into the caches of the processor that this thread runs on; changes nothing. For stores
    /// in which that takes time.
    default void bringNear(Lookahead torrents) {}

    /// Forgets peers that have not announced in time, and swarms left empty: one part of all there is.
    ///
    /// @param step any number; [#EXPIRY_STEPS] successive ones cover all parts
    void expire(int step, long nowNanos);

    /// Peers in all swarms.
    int peers();

    /// Announces, since the start, of peers that were not recorded because there was no room.
    long notKept();

    int swarms();

    /// Hands over all swarms in no order; those that change meanwhile are seen before or after, or both.
    void forEach(Consumer<SwarmCounts> consumer);

    /// Forgets a swarm with all its peers.
    ///
    /// @return whether there was one
    boolean remove(InfoHash infoHash);

    /// What of it is in this process's memory: what a snapshot keeps.
    MemorySwarmStore memory();

    /// Ends what the store keeps running; what it has stays where it is kept.
    @Override
    void close();
}
