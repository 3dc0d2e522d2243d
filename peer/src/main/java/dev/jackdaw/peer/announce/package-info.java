/// A session's talk with trackers: [dev.jackdaw.peer.announce.TrackerClients] for HTTP(S) and UDP, by URL.
///
/// ```java
/// trackers.announce("udp://tracker.example:6969", request)
///         .thenAccept(answer -> post(new TorrentEvent.AnnounceAnswered(url, answer.reply(), answer.local())));
/// ```
///
/// When to announce, and what to do with the answer, is the engine's business. The driver hands a local tracker's peers
/// on with another source than those of a public one: see [dev.jackdaw.peer.announce.TrackerAnswer#local()].
package dev.jackdaw.peer.announce;
