package dev.jackdaw.peer.utp;

import io.netty.buffer.ByteBuf;

/// Consecutive DATA packets in one buffer as they leave, each payload behind the space of its header. All but the last are full.
///
/// @param buffer from index 0; whoever takes the train releases it
record PacketTrain(ByteBuf buffer) {
    /// What a datagram carries: fits into what remains of an Ethernet frame behind PPPoE, IPv6 and most tunnels.
    static final int PACKET_BYTES = 1_400;

    static final int PAYLOAD_BYTES = PACKET_BYTES - UtpPacket.HEADER_LENGTH;
    /// What one send of up to 64 KiB holds.
    static final int MAX_PACKETS = 46;
    /// Payload of a train at most.
    static final int MAX_PAYLOAD = MAX_PACKETS * PAYLOAD_BYTES;

    int packets() {
        return Math.ceilDiv(buffer.writerIndex(), PACKET_BYTES);
    }

    static int encodedLength(int payload) {
        return payload + Math.ceilDiv(payload, PAYLOAD_BYTES) * UtpPacket.HEADER_LENGTH;
    }
}
