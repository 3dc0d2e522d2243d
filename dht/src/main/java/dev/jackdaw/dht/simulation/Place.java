package dev.jackdaw.dht.simulation;

import dev.jackdaw.dht.NodeContact;
import dev.jackdaw.dht.engine.DhtEngine;
import dev.jackdaw.dht.krpc.KrpcMessage;
import dev.jackdaw.protocol.PeerAddress;
import org.jspecify.annotations.Nullable;

/// Where a node is, one after the other: when one leaves, another one comes, with a number and an address of its
/// own. What an event needs to know of its node is in this one object, which is a cache line.
final class Place implements DhtEngine.Output {
    final NodeKind kind;
    final Shard shard;
    /// Of the node that is here now.
    int number;

    NodeContact contact;
    /// None at those that are dead or an attacker's.
    @Nullable
    DhtEngine engine;

    /// Of a node behind a NAT.
    @Nullable
    NatHoles holes;
    /// What the node looks for, if that is watched.
    @Nullable
    Probe probe;

    long startedNanos;
    /// The tick at which its timeout is the one that counts.
    long timeoutTick = Long.MAX_VALUE;

    Place(NodeKind kind, Shard shard, int number, NodeContact contact) {
        this.kind = kind;
        this.shard = shard;
        this.number = number;
        this.contact = contact;
    }

    @Override
    public void send(KrpcMessage message, PeerAddress to) {
        shard.send(this, message, to);
    }
}
