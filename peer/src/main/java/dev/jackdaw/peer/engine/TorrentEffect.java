package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.tracker.AnnounceRequest;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.nio.ByteBuffer;
import java.util.List;

/// Something a torrent wants done: the only way out of [TorrentEngine]. Effects are performed in order, while
/// [TorrentEngine#handle] runs; performing one never calls back into the engine.
public sealed interface TorrentEffect {

    // ---- connections

    /// Dial, shake hands for this torrent; answered by [TorrentEvent.PeerConnected] or [TorrentEvent.ConnectFailed].
    record Connect(PeerKey peer, PeerAddress address, PeerSource source) implements TorrentEffect {}

    /// Close; answered by [TorrentEvent.PeerDisconnected]. Nothing further is sent to or taken from the peer.
    record Disconnect(PeerKey peer, String reason) implements TorrentEffect {}

    /// The peer dialled us, sent payload and broke the rules; a [Disconnect] follows. Who comes the same way is to
    /// be given little room to write before we read.
    record Distrust(PeerKey peer) implements TorrentEffect {}

    /// Send a message that is not [PeerMessage.Piece]; flushed when the engine returns.
    record Send(PeerKey peer, PeerMessage message) implements TorrentEffect {}

    /// Read these blocks and send them as [PeerMessage.Piece] in this order; answered by [TorrentEvent.BlocksSent], in
    /// one or more parts.
    record SendBlocks(PeerKey peer, List<BlockRequest> blocks) implements TorrentEffect {}

    // ---- disk

    /// Copy a block into its piece's buffer. The data is only valid now.
    record StoreBlock(int piece, int begin, ByteBuffer data) implements TorrentEffect {}

    /// All blocks of the piece are in its buffer: hash and write it; answered by [TorrentEvent.PieceStored],
    /// [TorrentEvent.PieceFailed] or [TorrentEvent.StorageFailed]. The blocks of one that failed are kept, to be
    /// replaced and completed once more, until it is dropped.
    ///
    /// @param digests whether block digests are wanted also if it passes
    record CompletePiece(int piece, boolean digests) implements TorrentEffect {}

    /// Forget the blocks of a piece that is not complete.
    record DropPiece(int piece) implements TorrentEffect {}

    /// Peers have sent an info dictionary whose hash is the torrent's; answered by [TorrentEvent.InfoKnown], or the
    /// driver fails the torrent if it is not a torrent that can be downloaded.
    record MetadataReceived(byte[] infoBytes) implements TorrentEffect {}

    // ---- world

    /// Announce to that tracker; answered by [TorrentEvent.AnnounceAnswered] (not for `stopped`).
    record Announce(String tracker, AnnounceRequest request) implements TorrentEffect {}

    /// Find peers in the DHT, and announce there; answered by [TorrentEvent.PeersFound].
    ///
    /// @param seed whether everything is here, so that other seeds are of no use (BEP 33)
    record LookUpPeers(InfoHash infoHash, boolean seed) implements TorrentEffect {}

    /// A peer's DHT node: worth a ping (BEP 5, PORT).
    record DhtNodeSeen(PeerAddress address) implements TorrentEffect {}

    /// Something the user's side wants to hear.
    record Publish(Notice notice) implements TorrentEffect {}

    /// What is published.
    sealed interface Notice {
        /// [TorrentEngine#phase()] has changed.
        record PhaseChanged(Phase phase) implements Notice {}

        /// A piece is on disk and verified.
        record PieceGained(int piece) implements Notice {}

        /// All wanted pieces are here; said once each time that becomes true by downloading.
        record Completed() implements Notice {}

        /// A peer was proven to lie, and will not be dealt with again.
        record PeerBanned(PeerAddress address, String proof) implements Notice {}
    }
}
