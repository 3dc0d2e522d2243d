/// Finding peers on the local network (BEP 14): [dev.jackdaw.peer.discovery.LocalDiscovery] has the sockets,
/// [dev.jackdaw.peer.discovery.LocalAnnouncement] is what is sent, and what to send and whom to believe is decided
/// without either.
package dev.jackdaw.peer.discovery;
