package dev.jackdaw.dht.simulation;

/// What is at a place of the virtual Internet.
enum NodeKind {
    /// Answers everybody.
    ORDINARY,
    /// Is known to others, and answers nobody.
    DEAD,
    /// Answers those that it has contacted.
    BEHIND_NAT,
    /// Works against the others.
    SYBIL
}
