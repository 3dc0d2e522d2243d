package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;

/// The 68 bytes that open a connection (BEP 3): protocol name, reserved bits, info-hash and peer id.
public record Handshake(ReservedBits reserved, InfoHash infoHash, PeerId peerId) {
    /// Bytes on the wire.
    public static final int LENGTH = 68;
    /// What the handshake begins with, after the byte 19.
    public static final String PROTOCOL = "BitTorrent protocol";
}
