package dev.jackdaw.peer;

/// A session at one moment.
///
/// @param port              the TCP port it listens on
/// @param downloadRate      bytes of payload per second, all torrents
/// @param uploadRate        bytes of payload per second, all torrents
/// @param connections       open connections, handshakes under way included
/// @param dhtNodes          nodes in the DHT's table, 0 if it is off
/// @param bufferBytes       memory taken by pieces in the making
/// @param reachability      whether peers have connected to us since the start
public record SessionStatus(
        int port,
        long downloadRate,
        long uploadRate,
        int connections,
        int dhtNodes,
        long bufferBytes,
        Reachability reachability) {}
