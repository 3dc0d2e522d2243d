package dev.jackdaw.protocol.wire;

import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
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
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts a peer's byte stream after the handshake into messages (BEP 3, "peer messages").
///
/// Frames that lie whole in a read are decoded where they lie: a block's data is a view of the read buffer.
/// Only a frame that two reads share is gathered in a buffer of its own, which grows with the bytes that
/// arrive, to four times as many or 512 bytes, never beyond the announced length, and is freed with the
/// frame; so a connection holds at most one frame, and none while it is idle. A frame's length is checked
/// as soon as its id is seen, before anything is kept.
///
/// The consumer may call [#close()] while a message is delivered: nothing further is delivered then. Not
/// thread-safe: owned by a connection.
public final class PeerMessageDecoder implements AutoCloseable {
    /// The length prefix.
    private static final int PREFIX_LENGTH = 4;
    /// Prefix and id.
    private static final int HEAD_LENGTH = PREFIX_LENGTH + 1;
    /// Piece and begin before a block's data.
    private static final int BLOCK_HEAD_LENGTH = 8;
    /// The least capacity of a carry, unless its frame is shorter.
    private static final int MIN_CARRY = 512;
    /// A carry begins with room for so many times the bytes that have come: most blocks then need no more.
    private static final int CARRY_FACTOR = 4;

    private static final KeepAlive KEEP_ALIVE = new KeepAlive();
    private static final Choke CHOKE = new Choke();
    private static final Unchoke UNCHOKE = new Unchoke();
    private static final Interested INTERESTED = new Interested();
    private static final NotInterested NOT_INTERESTED = new NotInterested();
    private static final HaveAll HAVE_ALL = new HaveAll();
    private static final HaveNone HAVE_NONE = new HaveNone();

    private enum State {
        /// Some of the next frame's five first bytes are in [#head].
        HEAD,
        /// In the body of a known message; what has come of it is in [#carry].
        BODY,
        /// In the body of an unknown message.
        SKIPPING,
        /// Closed, or stopped by a violation.
        DONE
    }

    private final WireLimits limits;
    private final ByteBufAllocator allocator;

    private State state = State.HEAD;
    private int head;
    private int headLength;
    private int frameLength;
    private int id;
    private int missing;
    private @Nullable ByteBuf carry;
    private long unknownMessages;

    /// A read-only view of the whole of the present read, from which blocks are sliced; made for its first
    /// block.
    private @Nullable ByteBuffer readView;

    private int readViewStart;

    /// @param allocator of the carry buffer
    public PeerMessageDecoder(WireLimits limits, ByteBufAllocator allocator) {
        this.limits = limits;
        this.allocator = allocator;
    }

    /// Consumes all of `in` and delivers the messages that it completes. The caller keeps ownership of
    /// `in`.
    ///
    /// @throws ProtocolException if the stream breaks the format: the messages before were delivered, what
    /// follows is lost,
    ///                           and the connection is to be closed
    public void decode(ByteBuf in, Consumer<? super PeerMessage> out) throws ProtocolException {
        try {
            while (in.isReadable()) {
                switch (state) {
                    case HEAD -> readHead(in, out);
                    case BODY -> gatherBody(in, out);
                    case SKIPPING -> skipBody(in, out);
                    case DONE -> in.skipBytes(in.readableBytes());
                }
            }
        } catch (ProtocolException e) {
            close();
            in.skipBytes(in.readableBytes());
            throw e;
        } finally {
            readView = null;
        }
    }

    /// How many messages had an unknown id.
    public long unknownMessages() {
        return unknownMessages;
    }

    /// Bytes held for a frame that has begun and not ended.
    public int carriedBytes() {
        return carry == null ? 0 : carry.readableBytes();
    }

    /// Frees what is held of an unfinished frame; bytes decoded later are ignored.
    @Override
    public void close() {
        state = State.DONE;
        if (carry != null) {
            carry.release();
            carry = null;
        }
    }

    private void readHead(ByteBuf in, Consumer<? super PeerMessage> out) throws ProtocolException {
        if (headLength == 0 && in.readableBytes() >= HEAD_LENGTH) {
            frameLength = in.readInt();
        } else if (headLength < PREFIX_LENGTH) {
            head = head << 8 | in.readUnsignedByte();
            if (++headLength < PREFIX_LENGTH) {
                return;
            }
            frameLength = head;
        }
        if (frameLength == 0) {
            headLength = 0;
            out.accept(KEEP_ALIVE);
            return;
        }
        if (frameLength < 0) {
            throw tooLong("frame", Integer.toUnsignedLong(frameLength), Integer.MAX_VALUE);
        }
        if (!in.isReadable()) {
            return; // the prefix alone; the id comes with the next read
        }
        headLength = 0;
        id = in.readUnsignedByte();
        begin(in, out);
    }

    private void begin(ByteBuf in, Consumer<? super PeerMessage> out) throws ProtocolException {
        int bodyLength = frameLength - 1;
        missing = bodyLength;
        if (!checkLength(id, bodyLength)) {
            unknownMessages++;
            state = State.SKIPPING;
            skipBody(in, out);
        } else if (in.readableBytes() >= bodyLength) {
            int next = in.readerIndex() + bodyLength;
            PeerMessage message = message(in, bodyLength, true);
            in.readerIndex(next);
            out.accept(message);
        } else {
            state = State.BODY;
        }
    }

    private void gatherBody(ByteBuf in, Consumer<? super PeerMessage> out) {
        int count = Math.min(missing, in.readableBytes());
        if (carry == null) {
            carry = allocator.buffer(Math.min(missing, Math.max(CARRY_FACTOR * count, MIN_CARRY)), missing);
        }
        in.readBytes(carry.ensureWritable(count), count);
        missing -= count;
        if (missing > 0) {
            return;
        }
        ByteBuf body = carry;
        carry = null;
        state = State.HEAD;
        try {
            out.accept(message(body, body.readableBytes(), false));
        } finally {
            body.release();
        }
    }

    private void skipBody(ByteBuf in, Consumer<? super PeerMessage> out) {
        int count = Math.min(missing, in.readableBytes());
        in.skipBytes(count);
        missing -= count;
        if (missing == 0) {
            state = State.HEAD;
            out.accept(new Unknown(id, frameLength - 1));
        }
    }

    /// Says whether the id is known.
    private boolean checkLength(int id, int length) throws ProtocolException {
        switch (id) {
            case MessageId.CHOKE,
                    MessageId.UNCHOKE,
                    MessageId.INTERESTED,
                    MessageId.NOT_INTERESTED,
                    MessageId.HAVE_ALL,
                    MessageId.HAVE_NONE -> checkExactly(0, length);
            case MessageId.PORT -> checkExactly(2, length);
            case MessageId.HAVE, MessageId.SUGGEST, MessageId.ALLOWED_FAST -> checkExactly(4, length);
            case MessageId.REQUEST, MessageId.CANCEL, MessageId.REJECT -> checkExactly(12, length);
            case MessageId.BITFIELD -> checkRange("bitfield", 0, length, limits.maxBitfieldBytes());
            case MessageId.PIECE ->
                checkRange("piece", BLOCK_HEAD_LENGTH, length, BLOCK_HEAD_LENGTH + limits.maxBlock());
            case MessageId.EXTENDED -> checkRange("extended message", 1, length, 1 + limits.maxExtended());
            default -> {
                checkRange("message " + id, 0, length, limits.maxUnknown());
                return false;
            }
        }
        return true;
    }

    private void checkExactly(int expected, int length) throws ProtocolException {
        if (length != expected) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, "message " + id + " with " + length + " bytes, expected " + expected);
        }
    }

    private static void checkRange(String what, int min, int length, int max) throws ProtocolException {
        if (length > max) {
            throw tooLong(what, length, max);
        }
        if (length < min) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, what + " with " + length + " bytes, expected at least " + min);
        }
    }

    private static ProtocolException tooLong(String what, long length, int max) {
        return new ProtocolException(Violation.LIMIT_EXCEEDED, what + " of " + length + " bytes, the limit is " + max);
    }

    /// Decodes the body, which lies whole in `body` from its reader index on and whose length was checked.
    private PeerMessage message(ByteBuf body, int length, boolean isRead) {
        return switch (id) {
            case MessageId.CHOKE -> CHOKE;
            case MessageId.UNCHOKE -> UNCHOKE;
            case MessageId.INTERESTED -> INTERESTED;
            case MessageId.NOT_INTERESTED -> NOT_INTERESTED;
            case MessageId.HAVE -> new Have(body.readInt());
            case MessageId.BITFIELD -> new HaveBitfield(bytes(body, length));
            case MessageId.REQUEST -> new Request(block(body));
            case MessageId.PIECE -> piece(body, length - BLOCK_HEAD_LENGTH, isRead);
            case MessageId.CANCEL -> new Cancel(block(body));
            case MessageId.PORT -> new Port(body.readUnsignedShort());
            case MessageId.SUGGEST -> new Suggest(body.readInt());
            case MessageId.HAVE_ALL -> HAVE_ALL;
            case MessageId.HAVE_NONE -> HAVE_NONE;
            case MessageId.REJECT -> new Reject(block(body));
            case MessageId.ALLOWED_FAST -> new AllowedFast(body.readInt());
            case MessageId.EXTENDED -> new Extended(body.readUnsignedByte(), bytes(body, length - 1));
            default -> throw new AssertionError("id " + id + " passed the length check");
        };
    }

    private Piece piece(ByteBuf body, int length, boolean isRead) {
        int piece = body.readInt();
        int begin = body.readInt();
        int at = body.readerIndex();
        if (!isRead) {
            return new Piece(piece, begin, body.nioBuffer(at, length).asReadOnlyBuffer());
        }
        ByteBuffer view = readView;
        if (view == null) {
            // from here to the read's end: one duplicate a read rather than two a block
            view = body.nioBuffer(at, body.readableBytes()).asReadOnlyBuffer();
            readView = view;
            readViewStart = at;
        }
        return new Piece(piece, begin, view.slice(at - readViewStart, length));
    }

    private static BlockRequest block(ByteBuf body) {
        return new BlockRequest(body.readInt(), body.readInt(), body.readInt());
    }

    private static byte[] bytes(ByteBuf body, int length) {
        byte[] bytes = new byte[length];
        body.readBytes(bytes);
        return bytes;
    }
}
