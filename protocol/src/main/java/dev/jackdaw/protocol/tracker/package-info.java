/// Announce and scrape as values ([AnnounceRequest], [AnnounceReply], [ScrapeReply]) and their two encodings, HTTP
/// (BEP 3, 7, 23, 24, 31, 48) and UDP (BEP 15, 41), used by client and server alike.
package dev.jackdaw.protocol.tracker;
