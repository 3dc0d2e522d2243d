package dev.jackdaw.peer.net.mse;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.wire.Handshake;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// One side of a handshake under way: bytes in, bytes out, no I/O.
///
/// It runs on its caller's thread. Each side pays two exponentiations of some 60 µs: the initiator one when
/// it begins and one when the other's key is there, the responder both when the initiator's 96 bytes of key
/// are there, not before. So a connection that says nothing costs an acceptor nothing; one that sends a key
/// costs it 0.13 ms, and whoever accepts has to bound how many of those it lets in a second. Nothing here
/// ends a handshake that stands still: the driver has a deadline. What is kept of a handshake is bounded by
/// [MseResponder#MAX_INITIAL_PAYLOAD] and some 600 bytes.
public sealed interface MseHandshake permits MseInitiator, MseResponder {
    /// Bytes of the public key that either side begins with.
    int KEY_LENGTH = MseCrypto.KEY_LENGTH;

    /// The side that dialled.
    ///
    /// @param infoHash       of the torrent that it dialled for
    /// @param provide        what it can do, at least one
    /// @param initialPayload the first bytes of the stream, usually a BitTorrent handshake, at most
    ///                       [MseResponder#MAX_INITIAL_PAYLOAD]; they travel with the handshake
    /// @param random         for the private key and padding
    static MseHandshake initiator(
            InfoHash infoHash, Set<CryptoMethod> provide, byte[] initialPayload, RandomGenerator random) {
        return new MseInitiator(infoHash, provide, initialPayload, random);
    }

    /// The side that was dialled.
    ///
    /// @param torrents   finds the torrent that an initiator means
    /// @param preference what may be chosen, the best first
    /// @param random     for the private key and padding
    static MseHandshake responder(
            Function<SkeyHash, Optional<InfoHash>> torrents, List<CryptoMethod> preference, RandomGenerator random) {
        return new MseResponder(torrents, preference, random);
    }

    /// Writes what is to be sent before anything is received: step 1 for an initiator, nothing for a
    /// responder.
    void begin(ByteBuf out);

    /// Consumes bytes from the other side and writes what is to be sent in answer. When the handshake is
    /// finished it leaves in `in` what belongs to the stream, still encrypted: that goes through
    /// [MseSession#decrypt].
    ///
    /// @throws ProtocolException if the other side does not speak this protocol, or not for a torrent that
    /// is here; the
    ///                           connection is then to be closed
    void receive(ByteBuf in, ByteBuf out) throws ProtocolException;

    /// What was agreed on, once the handshake is finished.
    Optional<MseSession> session();

    /// The initiator's first bytes, decrypted: a responder's stream begins with them. Empty for an
    /// initiator, and until the handshake is finished.
    byte[] initialPayload();

    /// Whether a connection that begins with these bytes speaks plain BitTorrent; empty while they are too
    /// few to tell. Anything else is taken for step 1 of this protocol.
    ///
    /// @param in the first bytes, which stay
    static Optional<Boolean> isPlain(ByteBuf in) {
        int count = Math.min(in.readableBytes(), Handshake.PREFIX_LENGTH);
        for (int i = 0; i < count; i++) {
            if (in.getByte(in.readerIndex() + i) != Handshake.prefixByte(i)) {
                return Optional.of(false);
            }
        }
        return count == Handshake.PREFIX_LENGTH ? Optional.of(true) : Optional.empty();
    }
}
