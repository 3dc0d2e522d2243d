package dev.jackdaw.peer;

/// Whether peers can connect to a session, as far as those who have done it show.
public enum Reachability {
    /// Nobody has connected yet: the port may be closed, or nobody has tried.
    UNKNOWN,
    /// Only peers of this host or the local network have.
    LOCAL,
    /// A peer from elsewhere has.
    REACHED
}
