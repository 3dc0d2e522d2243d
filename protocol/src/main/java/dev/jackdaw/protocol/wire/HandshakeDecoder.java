package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;

/// Reads a peer's [Handshake] as its bytes arrive (BEP 3).
///
/// The info-hash is known after 48 bytes, so that an acceptor can answer before the peer id is there, as some peers
/// wait for. A byte that differs from the protocol's name is refused at once. Not thread-safe: owned by a connection.
public final class HandshakeDecoder {
    private static final int RESERVED_AT = Handshake.PREFIX_LENGTH;
    private static final int INFO_HASH_AT = RESERVED_AT + Long.BYTES;
    private static final int PEER_ID_AT = INFO_HASH_AT + InfoHash.LENGTH;

    private final byte[] gathered = new byte[Handshake.LENGTH];
    private int count;

    /// A decoder at the first byte of a connection.
    public HandshakeDecoder() {}

    /// Consumes what belongs to the handshake; bytes after it stay in `in`.
    ///
    /// @throws ProtocolException if it is not BitTorrent's
    public void decode(ByteBuf in) throws ProtocolException {
        int from = count;
        int added = Math.min(in.readableBytes(), Handshake.LENGTH - count);
        in.readBytes(gathered, count, added);
        count += added;
        for (int i = from; i < count && i < Handshake.PREFIX_LENGTH; i++) {
            if (gathered[i] != Handshake.prefixByte(i)) {
                throw new ProtocolException(
                        Violation.MALFORMED,
                        "handshake with byte " + (gathered[i] & 0xff) + " at offset " + i + ", expected "
                                + Handshake.prefixByte(i));
            }
        }
    }

    /// Which torrent the peer is here for, once that is known.
    public Optional<InfoHash> infoHash() {
        return count < PEER_ID_AT
                ? Optional.empty()
                : Optional.of(InfoHash.of(Arrays.copyOfRange(gathered, INFO_HASH_AT, PEER_ID_AT)));
    }

    /// The whole handshake, once it is there.
    public Optional<Handshake> handshake() {
        if (count < Handshake.LENGTH) {
            return Optional.empty();
        }
        long reserved = 0;
        for (int i = RESERVED_AT; i < INFO_HASH_AT; i++) {
            reserved = (reserved << 8) | (gathered[i] & 0xff);
        }
        return Optional.of(new Handshake(
                new ReservedBits(reserved),
                InfoHash.of(Arrays.copyOfRange(gathered, INFO_HASH_AT, PEER_ID_AT)),
                PeerId.of(Arrays.copyOfRange(gathered, PEER_ID_AT, Handshake.LENGTH))));
    }
}
