package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.BlockRequest;
import java.nio.ByteBuffer;

/// A message between two peers after the handshake: the file list of BEP 3, BEP 6 and BEP 10 in one place.
///
/// Decoded messages are well-formed, no more: whether an index lies inside the torrent, or a message is
/// allowed now, is for the engine to say. Arrays and buffers are shared, not copied.
public sealed interface PeerMessage {
    /// An empty frame that says "still here" (BEP 3).
    record KeepAlive() implements PeerMessage {}

    /// Requests will not be answered (BEP 3); with BEP 6 each pending one is then rejected.
    record Choke() implements PeerMessage {}

    record Unchoke() implements PeerMessage {}

    record Interested() implements PeerMessage {}

    record NotInterested() implements PeerMessage {}

    record Have(int piece) implements PeerMessage {}

    /// All pieces the sender has, in the wire's form; see [dev.jackdaw.protocol.Bitfield#ofWire].
    record HaveBitfield(byte[] bits) implements PeerMessage {}

    record Request(BlockRequest block) implements PeerMessage {}

    /// A block's bytes.
    ///
    /// @param data a read-only view that is valid only while the message is being handled: it may look into
    ///             a receive buffer that is used again
    record Piece(int piece, int begin, ByteBuffer data) implements PeerMessage {}

    record Cancel(BlockRequest block) implements PeerMessage {}

    /// Where the sender's DHT node listens, UDP (BEP 5).
    record Port(int port) implements PeerMessage {}

    /// BEP 6, "Suggest Piece".
    record Suggest(int piece) implements PeerMessage {}

    /// BEP 6, "Have All".
    record HaveAll() implements PeerMessage {}

    /// BEP 6, "Have None".
    record HaveNone() implements PeerMessage {}

    /// BEP 6, "Reject Request".
    record Reject(BlockRequest block) implements PeerMessage {}

    /// BEP 6, "Allowed Fast".
    record AllowedFast(int piece) implements PeerMessage {}

    /// BEP 10: `id` 0 is the extension handshake, others are what the receiver's handshake assigned.
    record Extended(int id, byte[] payload) implements PeerMessage {}

    /// A message id that this implementation does not know; its payload was skipped.
    record Unknown(int id, int length) implements PeerMessage {}
}
