package dev.jackdaw.peer.utp;

import io.netty.buffer.ByteBuf;

/// Consecutive DATA packets in one buffer as they leave, each payload behind the space of its header. All but the last
/// are full.
///
/// @param buffer      from index 0; whoever takes the train releases it
/// @param packetBytes of each but the last
record PacketTrain(ByteBuf buffer, int packetBytes) {
    /// What a datagram carries: fits into what remains of an Ethernet frame behind PPPoE, IPv6 and most tunnels.
    static final int ORDINARY_BYTES = 1_400;
    /// The same between two processes of one machine, if the other one says that it takes as much.
    static final int LOOPBACK_BYTES = 16_000;
    /// What the system takes as one send.
    private static final int MAX_BYTES = 65_507;

    int packets() {
        return Math.ceilDiv(buffer.writerIndex(), packetBytes);
    }

    static int maxPackets(int packetBytes) {
        return MAX_BYTES / packetBytes;
    }

    static int encodedLength(int payload, int packetBytes) {
        return payload + Math.ceilDiv(payload, packetBytes - UtpPacket.HEADER_LENGTH) * UtpPacket.HEADER_LENGTH;
    }
}
