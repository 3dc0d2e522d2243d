package dev.jackdaw.tracker;

/// A tracker's numbers at one moment.
///
/// @param swarms          info-hashes remembered
/// @param peers           peers remembered
/// @param udpAnnounces    announces answered over UDP since the start
/// @param httpAnnounces   announces answered over HTTP since the start
/// @param refused         requests of either protocol that were answered with an error or not at all
/// @param httpConnections open now
public record TrackerSnapshot(
        int swarms, int peers, long udpAnnounces, long httpAnnounces, long refused, int httpConnections) {}
