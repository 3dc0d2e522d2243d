package dev.jackdaw.tracker;

import dev.jackdaw.protocol.InfoHash;

/// How large a swarm is.
///
/// @param seeders   complete peers of both families
/// @param leechers  incomplete ones
/// @param completed how often the torrent was downloaded
record SwarmCounts(InfoHash infoHash, int seeders, int leechers, int completed) {}
