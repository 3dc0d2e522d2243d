package dev.jackdaw.peer.announce;

import dev.jackdaw.protocol.tracker.AnnounceReply;

/// A tracker's reply, and how far its peers may be trusted.
///
/// @param local whether the tracker that answered is on this machine or a private network: then the addresses it names
///              may be there too. From any other tracker a local address is not dialled
public record TrackerAnswer(AnnounceReply reply, boolean local) {
    static TrackerAnswer failure(String reason) {
        return new TrackerAnswer(new AnnounceReply.Failure(reason), false);
    }
}
