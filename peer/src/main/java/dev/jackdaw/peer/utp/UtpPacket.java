package dev.jackdaw.peer.utp;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import io.netty.buffer.ByteBuf;
import java.util.BitSet;

/// The header of a uTP packet, version 1 (BEP 29), and its selective ack; what follows in the datagram is payload.
///
/// A selective ack may have any length: BEP 29 asks for a multiple of four bytes, libtorrent sends as many as it needs.
/// Ours are as BEP 29 says.
///
/// @param connectionId     16 bits
/// @param timestampMicros  the sender's clock when it was sent; 32 bits that wrap
/// @param delayMicros      the sender's clock less the timestamp of the last packet it received; 32 bits, 0 for none
///                         yet
/// @param windowBytes      what the sender has room for, 32 bits
/// @param sequence         16 bits
/// @param ack              the last packet received in order, 16 bits
/// @param maxDatagram      the largest datagram that the sender takes, 0 if it says nothing: an extension of ours,
///                         which others skip, in a SYN and the answer to it; only between processes of one machine
record UtpPacket(
        Type type,
        int connectionId,
        int timestampMicros,
        int delayMicros,
        long windowBytes,
        int sequence,
        int ack,
        SelectiveAck selectiveAck,
        int maxDatagram) {
    /// In the order of their codes.
    enum Type {
        DATA,
        FIN,
        STATE,
        RESET,
        SYN
    }

    static final int HEADER_LENGTH = 20;

    private static final int VERSION = 1;
    private static final int SELECTIVE_ACK = 1;
    private static final int MAX_DATAGRAM = 0x4A;
    private static final int EXTENSION_HEADER = 2;
    private static final Type[] TYPES = Type.values();

    /// Whether a datagram claims to be uTP, as opposed to the bencoded dictionaries of the DHT, of which none starts
    /// like it.
    static boolean isUtp(ByteBuf datagram) {
        if (datagram.readableBytes() < HEADER_LENGTH) {
            return false;
        }
        int first = datagram.getUnsignedByte(datagram.readerIndex());
        return (first & 0xF) == VERSION && first >>> 4 < TYPES.length;
    }

    /// Reads the header and the extensions, and leaves the payload in `in`. Extensions that we do not know are skipped.
    static UtpPacket decode(ByteBuf in) throws ProtocolException {
        if (in.readableBytes() < HEADER_LENGTH) {
            throw new ProtocolException(
                    Violation.TRUNCATED, "uTP packet of " + in.readableBytes() + " bytes, expected 20 or more");
        }
        int first = in.readUnsignedByte();
        if ((first & 0xF) != VERSION) {
            throw new ProtocolException(Violation.BAD_VALUE, "uTP version " + (first & 0xF) + ", expected 1");
        }
        if (first >>> 4 >= TYPES.length) {
            throw new ProtocolException(Violation.BAD_VALUE, "uTP packet type " + (first >>> 4) + ", expected 0 … 4");
        }
        Type type = TYPES[first >>> 4];
        int extension = in.readUnsignedByte();
        int connectionId = in.readUnsignedShort();
        int timestamp = in.readInt();
        int delay = in.readInt();
        long window = in.readUnsignedInt();
        int sequence = in.readUnsignedShort();
        int ack = in.readUnsignedShort();
        Extensions extensions = extension == 0 ? Extensions.NONE : decodeExtensions(extension, in);
        if (type == Type.DATA && !in.isReadable()) {
            throw new ProtocolException(Violation.MISSING_FIELD, "uTP data packet without payload");
        }
        return new UtpPacket(
                type,
                connectionId,
                timestamp,
                delay,
                window,
                sequence,
                ack,
                extensions.selectiveAck(),
                extensions.maxDatagram());
    }

    private record Extensions(SelectiveAck selectiveAck, int maxDatagram) {
        static final Extensions NONE = new Extensions(SelectiveAck.NONE, 0);
    }

    private static Extensions decodeExtensions(int firstType, ByteBuf in) throws ProtocolException {
        SelectiveAck selectiveAck = SelectiveAck.NONE;
        int maxDatagram = 0;
        int type = firstType;
        while (type != 0) {
            if (in.readableBytes() < EXTENSION_HEADER) {
                throw new ProtocolException(Violation.TRUNCATED, "uTP packet ends before extension " + type);
            }
            int next = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            if (in.readableBytes() < length) {
                throw new ProtocolException(
                        Violation.TRUNCATED,
                        "uTP extension " + type + " of " + length + " bytes, " + in.readableBytes() + " are left");
            }
            if (type == SELECTIVE_ACK) {
                if (length == 0) {
                    throw new ProtocolException(Violation.BAD_VALUE, "selective ack of 0 bytes, expected 1 or more");
                }
                byte[] bits = new byte[length];
                in.readBytes(bits);
                selectiveAck = new SelectiveAck(BitSet.valueOf(bits));
            } else if (type == MAX_DATAGRAM && length == 2) {
                maxDatagram = in.readUnsignedShort();
            } else {
                in.skipBytes(length);
            }
            type = next;
        }
        return new Extensions(selectiveAck, maxDatagram);
    }

    /// Bytes before the payload.
    int encodedLength() {
        return HEADER_LENGTH
                + (selectiveAck.isEmpty() ? 0 : EXTENSION_HEADER + selectiveAck.encodedLength())
                + (maxDatagram == 0 ? 0 : EXTENSION_HEADER + 2);
    }

    void encode(ByteBuf out) {
        out.ensureWritable(HEADER_LENGTH);
        int at = out.writerIndex();
        out.writerIndex(at + HEADER_LENGTH);
        putHeader(out, at, type, connectionId, timestampMicros, delayMicros, windowBytes, sequence, ack);
        int last = maxDatagram == 0 ? 0 : MAX_DATAGRAM;
        if (selectiveAck.isEmpty()) {
            out.setByte(at + 1, last);
        } else {
            int length = selectiveAck.encodedLength();
            byte[] bits = selectiveAck.received().toByteArray();
            out.setByte(at + 1, SELECTIVE_ACK);
            out.writeByte(last).writeByte(length).writeBytes(bits).writeZero(length - bits.length);
        }
        if (maxDatagram != 0) {
            out.writeByte(0).writeByte(2).writeShort(maxDatagram);
        }
    }

    /// Writes a header without extensions into place.
    static void putHeader(
            ByteBuf out,
            int at,
            Type type,
            int connectionId,
            int timestampMicros,
            int delayMicros,
            long windowBytes,
            int sequence,
            int ack) {
        out.setShort(at, (type.ordinal() << 4 | VERSION) << 8);
        out.setShort(at + 2, connectionId);
        out.setInt(at + 4, timestampMicros);
        out.setInt(at + 8, delayMicros);
        out.setInt(at + 12, (int) windowBytes);
        out.setShort(at + 16, sequence);
        out.setShort(at + 18, ack);
    }
}
