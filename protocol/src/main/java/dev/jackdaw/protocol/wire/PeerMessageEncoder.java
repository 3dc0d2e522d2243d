package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.wire.PeerMessage.AllowedFast;
import dev.jackdaw.protocol.wire.PeerMessage.Cancel;
import dev.jackdaw.protocol.wire.PeerMessage.Choke;
import dev.jackdaw.protocol.wire.PeerMessage.Extended;
import dev.jackdaw.protocol.wire.PeerMessage.Have;
import dev.jackdaw.protocol.wire.PeerMessage.HaveAll;
import dev.jackdaw.protocol.wire.PeerMessage.HaveBitfield;
import dev.jackdaw.protocol.wire.PeerMessage.HaveNone;
import dev.jackdaw.protocol.wire.PeerMessage.Interested;
import dev.jackdaw.protocol.wire.PeerMessage.KeepAlive;
import dev.jackdaw.protocol.wire.PeerMessage.NotInterested;
import dev.jackdaw.protocol.wire.PeerMessage.Piece;
import dev.jackdaw.protocol.wire.PeerMessage.Port;
import dev.jackdaw.protocol.wire.PeerMessage.Reject;
import dev.jackdaw.protocol.wire.PeerMessage.Request;
import dev.jackdaw.protocol.wire.PeerMessage.Suggest;
import dev.jackdaw.protocol.wire.PeerMessage.Unchoke;
import dev.jackdaw.protocol.wire.PeerMessage.Unknown;
import io.netty.buffer.ByteBuf;

/// Writes messages as frames (BEP 3, "peer messages").
public final class PeerMessageEncoder {
    /// Bytes before a block's data: length, id, piece and begin.
    public static final int PIECE_HEADER_LENGTH = 13;

    private static final int PREFIX_LENGTH = 4;

    private PeerMessageEncoder() {}

    /// Bytes of the whole frame, its length prefix counted.
    public static int encodedLength(PeerMessage message) {
        return PREFIX_LENGTH
                + switch (message) {
                    case KeepAlive() -> 0;
                    case Choke(), Unchoke(), Interested(), NotInterested(), HaveAll(), HaveNone() -> 1;
                    case Port(int port) -> 3;
                    case Have(int piece) -> 5;
                    case Suggest(int piece) -> 5;
                    case AllowedFast(int piece) -> 5;
                    case Request(BlockRequest block) -> 13;
                    case Cancel(BlockRequest block) -> 13;
                    case Reject(BlockRequest block) -> 13;
                    case HaveBitfield(byte[] bits) -> 1 + bits.length;
                    case Piece piece -> 9 + piece.data().remaining();
                    case Extended(int id, byte[] payload) -> 2 + payload.length;
                    case Unknown unknown -> throw notForSending(unknown);
                };
    }

    /// Appends the message's frame. A block's data is copied; the position of its buffer stays.
    ///
    /// @throws IllegalArgumentException for [Unknown], whose payload is not known
    public static void encode(PeerMessage message, ByteBuf out) {
        int length = encodedLength(message);
        out.ensureWritable(length);
        out.writeInt(length - PREFIX_LENGTH);
        switch (message) {
            case KeepAlive() -> {}
            case Choke() -> out.writeByte(MessageId.CHOKE);
            case Unchoke() -> out.writeByte(MessageId.UNCHOKE);
            case Interested() -> out.writeByte(MessageId.INTERESTED);
            case NotInterested() -> out.writeByte(MessageId.NOT_INTERESTED);
            case Have(int piece) -> out.writeByte(MessageId.HAVE).writeInt(piece);
            case HaveBitfield(byte[] bits) -> out.writeByte(MessageId.BITFIELD).writeBytes(bits);
            case Request(BlockRequest block) -> writeBlock(MessageId.REQUEST, block, out);
            case Piece piece ->
                out.writeByte(MessageId.PIECE)
                        .writeInt(piece.piece())
                        .writeInt(piece.begin())
                        .writeBytes(piece.data().duplicate());
            case Cancel(BlockRequest block) -> writeBlock(MessageId.CANCEL, block, out);
            case Port(int port) -> out.writeByte(MessageId.PORT).writeShort(port);
            case Suggest(int piece) -> out.writeByte(MessageId.SUGGEST).writeInt(piece);
            case HaveAll() -> out.writeByte(MessageId.HAVE_ALL);
            case HaveNone() -> out.writeByte(MessageId.HAVE_NONE);
            case Reject(BlockRequest block) -> writeBlock(MessageId.REJECT, block, out);
            case AllowedFast(int piece) -> out.writeByte(MessageId.ALLOWED_FAST).writeInt(piece);
            case Extended(int id, byte[] payload) ->
                out.writeByte(MessageId.EXTENDED).writeByte(id).writeBytes(payload);
            case Unknown unknown -> throw notForSending(unknown);
        }
    }

    /// Appends the [#PIECE_HEADER_LENGTH] bytes that go before a block's data, for callers that send the data from
    /// where it is.
    public static void writePieceHeader(BlockRequest block, ByteBuf out) {
        out.writeInt(PIECE_HEADER_LENGTH - PREFIX_LENGTH + block.length())
                .writeByte(MessageId.PIECE)
                .writeInt(block.piece())
                .writeInt(block.begin());
    }

    private static void writeBlock(int id, BlockRequest block, ByteBuf out) {
        out.writeByte(id).writeInt(block.piece()).writeInt(block.begin()).writeInt(block.length());
    }

    private static IllegalArgumentException notForSending(Unknown message) {
        return new IllegalArgumentException("message with unknown id " + message.id() + " cannot be sent");
    }
}
