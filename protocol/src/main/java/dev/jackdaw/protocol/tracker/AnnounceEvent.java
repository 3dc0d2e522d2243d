package dev.jackdaw.protocol.tracker;

/// Why an announce is made (BEP 3); the ordinal is the number on UDP (BEP 15).
public enum AnnounceEvent {
    /// The regular one.
    NONE,
    COMPLETED,
    STARTED,
    STOPPED
}
