/// One torrent's brain: single-threaded, deterministic, without I/O. [TorrentEngine] takes [TorrentEvent]s and the
/// time, and answers with [TorrentEffect]s; whoever drives it performs them.
package dev.jackdaw.peer.engine;
