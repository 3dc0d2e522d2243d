/// Announce and scrape as values ([AnnounceRequest], [AnnounceReply], [ScrapeReply]) and their two encodings, HTTP
/// (BEP 3, 7, 23, 24, 31, 48) and UDP (BEP 15, 41), used by client and server alike.
///
/// Over HTTP a client asks with [TrackerUrls] and reads with [HttpTrackerCodec]; a server reads with
/// [HttpAnnounceQuery] and [HttpScrapeQuery], and answers with [HttpTrackerWriter]. Over UDP both use
/// [UdpTrackerCodec],
/// or a server that has to be quick the offsets of [UdpTrackerLayout].
package dev.jackdaw.protocol.tracker;
