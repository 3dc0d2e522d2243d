package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// The 68 bytes that open a connection (BEP 3): protocol name, reserved bits, info-hash and peer id.
///
/// Written by [#encode], read by a [HandshakeDecoder].
public record Handshake(ReservedBits reserved, InfoHash infoHash, PeerId peerId) {
    /// Bytes on the wire.
    public static final int LENGTH = 68;
    /// What the handshake begins with, after the byte 19.
    public static final String PROTOCOL = "BitTorrent protocol";
    /// The byte 19 and the protocol's name.
    public static final int PREFIX_LENGTH = 20;

    private static final byte[] PREFIX = ((char) PROTOCOL.length() + PROTOCOL).getBytes(StandardCharsets.US_ASCII);

    /// Appends the handshake's bytes.
    public void encode(ByteBuf out) {
        out.writeBytes(PREFIX)
                .writeLong(reserved.word())
                .writeBytes(infoHash.toBytes())
                .writeBytes(peerId.toBytes());
    }

    /// What every handshake has at that offset; `0 ≤ offset < PREFIX_LENGTH`.
    public static byte prefixByte(int offset) {
        return PREFIX[offset];
    }
}
