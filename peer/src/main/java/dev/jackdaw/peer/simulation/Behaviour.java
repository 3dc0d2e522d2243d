package dev.jackdaw.peer.simulation;

/// How a simulated peer treats others. All run the production engine; what a bad one does is done to its messages on
/// their way out.
public enum Behaviour {
    HONEST,
    /// Takes and never gives: its unchokes and blocks are not sent.
    FREE_RIDER,
    /// Sends garbage for every block.
    CORRUPTER
}
