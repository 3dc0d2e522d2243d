/// Downloading from the web: [dev.jackdaw.peer.webseed.FileServer] fetches byte ranges of a torrent's files from an
/// ordinary web server (BEP 19), [dev.jackdaw.peer.webseed.SeedScript] pieces from a script (BEP 17), and
/// [dev.jackdaw.peer.webseed.WebSeedPeer] makes either look like a peer that has everything and never chokes, so that
/// picking, endgame and hash checks are the engine's own.
package dev.jackdaw.peer.webseed;
