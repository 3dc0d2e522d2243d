package dev.jackdaw.tracker;

class MemorySwarmStoreTest extends SwarmStoreContract {
    @Override
    SwarmStore newStore() {
        return new MemorySwarmStore(MAX_PEERS, MAX_SWARMS, TIMEOUT, 9);
    }
}
