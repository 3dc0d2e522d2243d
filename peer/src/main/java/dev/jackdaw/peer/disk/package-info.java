/// A torrent's content on disk: pieces assembled and hashed in memory and written once, read for upload, checked on all
/// cores, and the record that spares the check after a restart.
package dev.jackdaw.peer.disk;
