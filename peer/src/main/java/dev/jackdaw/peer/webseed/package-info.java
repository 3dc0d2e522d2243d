/// Downloading from plain web servers (BEP 19): [dev.jackdaw.peer.webseed.WebSeed] fetches byte ranges of a torrent's
/// files over HTTP, [dev.jackdaw.peer.webseed.WebSeedPeer] makes it look like a peer that has everything and never
/// chokes, so that picking, endgame and hash checks are the engine's own.
package dev.jackdaw.peer.webseed;
