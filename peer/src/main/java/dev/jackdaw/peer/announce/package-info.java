/// Clients of trackers over HTTP and UDP: bounded in time, size and redirects, and never sent to a host on a private
/// network by a stranger.
package dev.jackdaw.peer.announce;
