package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;

/// One client of one user in one swarm, whatever addresses and protocols it announces over: what totals are
/// counted by.
record Participation(String user, InfoHash infoHash, PeerId peerId) {}
