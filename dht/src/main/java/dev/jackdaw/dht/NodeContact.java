package dev.jackdaw.dht;

import dev.jackdaw.protocol.PeerAddress;

/// A node, and the UDP address at which it answers.
public record NodeContact(NodeId id, PeerAddress address) {}
