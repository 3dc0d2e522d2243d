package dev.jackdaw.protocol.tracker;

/// Why an announce is made (BEP 3); the ordinal is the number on UDP (BEP 15), of [#PAUSED] by custom.
public enum AnnounceEvent {
    /// The regular one.
    NONE,
    COMPLETED,
    STARTED,
    STOPPED,
    /// The regular one of a partial seed: it has all that it wants, but not everything (BEP 21).
    PAUSED
}
