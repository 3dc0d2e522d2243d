/// The tracker server: tells the peers of a torrent about each other, over HTTP and UDP, IPv4 and IPv6.
///
/// [UdpFrontend] and [HttpFrontend] read and write one protocol each, [AnnounceService] decides, [SwarmStore] keeps the
/// swarms. A request is handled from its first byte to its last on the event loop that received it.
///
/// ```java
/// try (TrackerServer tracker = TrackerServer.start(TrackerConfig.loopback())) {
///     System.out.println("http://127.0.0.1:" + tracker.httpPort() + "/announce");
/// }
/// ```
package dev.jackdaw.tracker;
