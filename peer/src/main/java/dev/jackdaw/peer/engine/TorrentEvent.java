package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.tracker.AnnounceReply;
import dev.jackdaw.protocol.wire.Handshake;
import dev.jackdaw.protocol.wire.PeerMessage;
import java.util.List;

/// Something that happened to a torrent: the only way into [TorrentEngine].
public sealed interface TorrentEvent {

    // ---- content and commands

    /// The info dictionary is at hand and its storage is open: from the `.torrent` file at the start, or after
    /// [TorrentEffect.MetadataReceived]. What is on disk is not known before [PiecesVerified].
    record InfoKnown(Info info) implements TorrentEvent {}

    /// Checking, or a resume record, has told which pieces are on disk; replaces what was known.
    record PiecesVerified(Bitfield have) implements TorrentEvent {}

    /// What is on disk is being found out anew, until [PiecesVerified]: nothing is asked for or served
    /// meanwhile, and trackers hear nothing of it.
    record CheckStarted() implements TorrentEvent {}

    /// An earlier run has left a piece in the making; said after [PiecesVerified], before a block of it was
    /// asked for. It is in [TorrentEffect.StoreBlock]'s buffer already, and is dropped if it is of no use. Who
    /// sent the blocks is not known, so if the piece fails its hash nobody is to blame.
    ///
    /// @param blocks which of its blocks are there
    record PieceRecovered(int piece, Bitfield blocks) implements TorrentEvent {}

    /// Start or go on.
    record Resumed() implements TorrentEvent {}

    /// Stop: connections close, nothing is asked or announced (but for `stopped`).
    record Paused() implements TorrentEvent {}

    /// How much each piece is wanted: one byte a piece, 0 is not at all, 1 low, 4 normal, 7 high.
    record PiecePrioritiesSet(byte[] priorities) implements TorrentEvent {}

    /// Pieces in order rather than rarest first.
    record SequentialSet(boolean sequential) implements TorrentEvent {}

    /// The torrent's own limits in bytes per second, 0 for none.
    record LimitsSet(long downloadBytesPerSecond, long uploadBytesPerSecond) implements TorrentEvent {}

    /// Super-seeding on or off (BEP 16).
    record SuperSeedingSet(boolean on) implements TorrentEvent {}

    /// Addresses to try.
    ///
    /// @param local whether who told them is on this host or a private network: only then may they be, too
    record PeersFound(PeerSource source, boolean local, List<PeerAddress> addresses) implements TorrentEvent {
        public PeersFound {
            addresses = List.copyOf(addresses);
        }

        /// From somewhere on the Internet, or from the user, who may name any address.
        public PeersFound(PeerSource source, List<PeerAddress> addresses) {
            this(source, false, addresses);
        }
    }

    /// The tiers of trackers to announce to (BEP 12), replacing those before.
    record TrackersSet(List<List<String>> tiers) implements TorrentEvent {}

    /// The user asks for an announce now (still never faster than trackers allow).
    record AnnounceRequested() implements TorrentEvent {}

    /// Our address as others see it, for peer priorities (BEP 40).
    record ExternalAddressKnown(PeerAddress address) implements TorrentEvent {}

    // ---- connections

    /// A connection is open and both handshakes are done.
    ///
    /// @param address  the remote end; for an incoming connection its port is not the one it listens on
    /// @param incoming whether the peer dialled us
    /// @param utp      whether it runs over uTP
    record PeerConnected(PeerKey peer, PeerAddress address, boolean incoming, boolean utp, Handshake handshake)
            implements TorrentEvent {
        /// A connection over TCP.
        public PeerConnected(PeerKey peer, PeerAddress address, boolean incoming, Handshake handshake) {
            this(peer, address, incoming, false, handshake);
        }
    }

    /// A connection that [TorrentEffect.Connect] asked for was not made.
    record ConnectFailed(PeerKey peer, PeerAddress address, String reason) implements TorrentEvent {}

    /// A connection is gone, whoever closed it (also after [TorrentEffect.Disconnect]).
    record PeerDisconnected(PeerKey peer, String reason) implements TorrentEvent {}

    record MessageReceived(PeerKey peer, PeerMessage message) implements TorrentEvent {}

    /// All messages of one read have been delivered: the moment to ask for more, in one go.
    record ReadCompleted(PeerKey peer) implements TorrentEvent {}

    /// Blocks of a [TorrentEffect.SendBlocks] were handed to the network, or dropped because the connection
    /// closed.
    ///
    /// @param blocks how many blocks of the oldest outstanding ones
    /// @param bytes  their payload
    record BlocksSent(PeerKey peer, int blocks, int bytes) implements TorrentEvent {}

    // ---- disk

    /// A piece of [TorrentEffect.CompletePiece] passed its hash and is written.
    ///
    /// @param blockDigests a 64-bit digest of each block if asked for, else empty
    record PieceStored(int piece, long[] blockDigests) implements TorrentEvent {}

    /// A piece of [TorrentEffect.CompletePiece] failed its hash; its buffer is gone.
    ///
    /// @param blockDigests a 64-bit digest of each block, to be compared when a good copy is known
    record PieceFailed(int piece, long[] blockDigests) implements TorrentEvent {}

    /// The disk refused; the torrent cannot go on before it is mended.
    record StorageFailed(String operation, String path, String cause) implements TorrentEvent {}

    // ---- world

    /// @param local whether the tracker is on this host or a private network: only then may it name peers that
    ///              are
    record AnnounceAnswered(String tracker, AnnounceReply reply, boolean local) implements TorrentEvent {}

    /// The session-wide rate limit's share for this torrent, to be added to what is left of earlier shares.
    /// Before the first such event, and after one of `Long.MAX_VALUE`, that direction has no session-wide limit.
    record QuotaGranted(Direction direction, long bytes) implements TorrentEvent {}

    /// Time has come to [TorrentEngine#nextTimeoutNanos()]; harmless at any other time.
    record TimerElapsed() implements TorrentEvent {}

    /// The session has all the connections that it may have, and a peer wants to join: one that is of no use is to
    /// go.
    record RoomWanted() implements TorrentEvent {}

    enum Direction {
        DOWNLOAD,
        UPLOAD
    }
}
