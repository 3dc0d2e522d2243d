package dev.jackdaw.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerMessageCodecTest {
    private static final ByteBufAllocator READS = new UnpooledByteBufAllocator(true, true);
    private static final BlockRequest BLOCK = new BlockRequest(1, 0x4000, 0x2000);

    /// Every message, and the bytes it has on the wire.
    private static final Map<String, PeerMessage> GOLDEN = Map.ofEntries(
            Map.entry("00000000", new KeepAlive()),
            Map.entry("0000000100", new Choke()),
            Map.entry("0000000101", new Unchoke()),
            Map.entry("0000000102", new Interested()),
            Map.entry("0000000103", new NotInterested()),
            Map.entry("000000050400000207", new Have(0x207)),
            Map.entry("0000000305ff80", new HaveBitfield(new byte[] {(byte) 0xff, (byte) 0x80})),
            Map.entry("0000000d06000000010000400000002000", new Request(BLOCK)),
            Map.entry("0000000c070000000100004000aabbcc", new Piece(1, 0x4000, bytes("aabbcc"))),
            Map.entry("0000000d08000000010000400000002000", new Cancel(BLOCK)),
            Map.entry("00000003091ae9", new Port(6889)),
            Map.entry("000000050d00000003", new Suggest(3)),
            Map.entry("000000010e", new HaveAll()),
            Map.entry("000000010f", new HaveNone()),
            Map.entry("0000000d10000000010000400000002000", new Reject(BLOCK)),
            Map.entry("000000051100000009", new AllowedFast(9)),
            Map.entry("0000000414006465", new Extended(0, new byte[] {'d', 'e'})));

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final List<String> received = new ArrayList<>();
    private final PeerMessageDecoder decoder = new PeerMessageDecoder(WireLimits.DEFAULT, allocator);

    @AfterEach
    void nothingIsLeaked() {
        decoder.close();
        assertEquals(0, allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory());
    }

    @Test
    void writesEveryMessageAsTheSpecificationSays() {
        GOLDEN.forEach((hex, message) -> assertEquals(hex, HexFormat.of().formatHex(encode(message))));
        GOLDEN.forEach((hex, message) -> assertEquals(hex.length() / 2, PeerMessageEncoder.encodedLength(message)));
    }

    @Test
    void readsEveryMessage() throws ProtocolException {
        for (var golden : GOLDEN.entrySet()) {
            received.clear();
            feed(HexFormat.of().parseHex(golden.getKey()));
            assertEquals(List.of(describe(golden.getValue())), received);
        }
    }

    @Test
    void readsTheSameAtEverySplitPoint() throws ProtocolException {
        byte[] stream = HexFormat.of().parseHex(String.join("", GOLDEN.keySet()) + "0000000363abcd");
        feed(stream);
        List<String> whole = List.copyOf(received);
        assertEquals(GOLDEN.size() + 1, whole.size());

        for (int split = 0; split <= stream.length; split++) {
            received.clear();
            feed(stream, 0, split);
            feed(stream, split, stream.length);
            assertEquals(whole, received, "split at " + split);
            assertEquals(0, decoder.carriedBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 4096, 16_397, 65_536})
    void readsBlocksInReadsOfAnySize(int readSize) throws ProtocolException {
        ByteBuf stream = allocator.buffer();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] data = new byte[16_384];
            new SplittableRandom(i).nextBytes(data);
            Piece piece = new Piece(i, 0, ByteBuffer.wrap(data));
            PeerMessageEncoder.writePieceHeader(new BlockRequest(i, 0, data.length), stream);
            stream.writeBytes(data);
            expected.add(describe(piece));
        }
        byte[] all = ByteBufUtil.getBytes(stream);
        stream.release();

        for (int at = 0; at < all.length; at += readSize) {
            feed(all, at, Math.min(all.length, at + readSize));
            assertTrue(decoder.carriedBytes() < 9 + 16_384);
        }
        assertEquals(expected, received);
    }

    @Test
    void ofABlockThatTwoReadsShareNoMoreIsHeldThanFourTimesWhatHasCome() throws ProtocolException {
        ByteBuf block = allocator.buffer();
        PeerMessageEncoder.writePieceHeader(new BlockRequest(0, 0, 16_384), block);
        int headLength = block.readableBytes();
        byte[] all = Arrays.copyOf(ByteBufUtil.getBytes(block), headLength + 16_384);
        block.release();
        for (int first : new int[] {1, 100, 1000, 4096, 16_383}) {
            feed(all, 0, headLength + first);
            int room = (int) allocator.metric().usedHeapMemory();
            assertTrue(room <= Math.max(512, 4 * (first + 8)), room + " bytes for " + first);
            feed(all, headLength + first, all.length);
            assertEquals(0, allocator.metric().usedHeapMemory());
        }
        assertEquals(5, received.size());
    }

    @Test
    void aWholeBlockIsAReadOnlyViewOfTheRead() throws ProtocolException {
        ByteBuf in = allocator.directBuffer();
        PeerMessageEncoder.encode(new Have(1), in);
        PeerMessageEncoder.encode(new Piece(0, 0, bytes("01")), in);
        PeerMessageEncoder.encode(new Piece(1, 2, bytes("020304")), in);
        int last = in.writerIndex() - 1;
        List<Integer> seen = new ArrayList<>();
        decoder.decode(in, message -> {
            if (message instanceof Piece(int piece, int begin, ByteBuffer data)) {
                assertTrue(data.isReadOnly());
                in.setByte(last, 77);
                seen.add((int) data.get(data.limit() - 1));
            }
        });
        in.release();
        assertEquals(List.of(1, 77), seen);
    }

    @Test
    void anUnknownMessageIsSkippedWithoutBeingKept() throws ProtocolException {
        feed("0000040163", 0);
        for (int i = 0; i < 1024; i++) {
            feed(new byte[] {1});
            assertEquals(0, decoder.carriedBytes());
        }
        feed("0000000102", 0);
        assertEquals(List.of(describe(new Unknown(0x63, 1024)), describe(new Interested())), received);
        assertEquals(1, decoder.unknownMessages());
    }

    @Test
    void aCarryGrowsWithTheBytesThatArrive() throws ProtocolException {
        feed("00020009 07 00000001 00000000 ff", 0);
        assertTrue(allocator.metric().usedHeapMemory() <= 512, "for 9 bytes of an announced 128 KiB");
    }

    @ParameterizedTest
    @CsvSource({
        "0000000200, BAD_VALUE",
        "0000000405, ''",
        "0000000604, BAD_VALUE",
        "0000000404, BAD_VALUE",
        "0000000c06, BAD_VALUE",
        "0000000e08, BAD_VALUE",
        "0000000807, BAD_VALUE",
        "0002000907, ''",
        "0002000a07, LIMIT_EXCEEDED",
        "0000000209, BAD_VALUE",
        "0008000105, ''",
        "0008000205, LIMIT_EXCEEDED",
        "0000000114, BAD_VALUE",
        "0001000214, ''",
        "0001000314, LIMIT_EXCEEDED",
        "0010000163, ''",
        "0010000263, LIMIT_EXCEEDED",
        "7fffffff07, LIMIT_EXCEEDED",
        "8000000007, LIMIT_EXCEEDED",
        "ffffffff00, LIMIT_EXCEEDED"
    })
    void judgesALengthAsSoonAsTheIdIsThere(String head, String violation) throws ProtocolException {
        byte[] bytes = HexFormat.of().parseHex(head);
        if (violation.isEmpty()) {
            feed(bytes);
            return;
        }
        for (int split = 0; split < bytes.length; split++) {
            try (var fresh = new PeerMessageDecoder(WireLimits.DEFAULT, allocator)) {
                int at = split;
                var thrown = assertThrows(ProtocolException.class, () -> {
                    feed(fresh, bytes, 0, at);
                    feed(fresh, bytes, at, bytes.length);
                });
                assertEquals(Violation.valueOf(violation), thrown.violation());
            }
        }
    }

    @Test
    void afterAViolationNothingIsDelivered() throws ProtocolException {
        assertThrows(ProtocolException.class, () -> feed("0000000102 0000000200", 0));
        feed("0000000102", 0);
        assertEquals(List.of(describe(new Interested())), received);
    }

    @Test
    void theConsumerMayCloseIt() throws ProtocolException {
        ByteBuf in = allocator.buffer();
        in.writeBytes(HexFormat.of().parseHex("00000001020000000103"));
        decoder.decode(in, message -> {
            received.add(describe(message));
            decoder.close();
        });
        assertEquals(0, in.readableBytes());
        in.release();
        assertEquals(List.of(describe(new Interested())), received);
    }

    @Test
    void refusesToSendAMessageItDoesNotKnow() {
        assertThrows(IllegalArgumentException.class, () -> encode(new Unknown(99, 0)));
    }

    @Test
    void mutatedStreamsFailOnlyWithProtocolExceptionAndKeepLittle() {
        byte[] stream = HexFormat.of().parseHex(String.join("", GOLDEN.keySet()));
        SplittableRandom random = new SplittableRandom(5);
        WireLimits limits = new WireLimits(64, 64, 64, 64);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutated = stream.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try (var fresh = new PeerMessageDecoder(limits, allocator)) {
                for (int at = 0; at < mutated.length; ) {
                    int end = random.nextInt(at + 1, mutated.length + 1);
                    feed(fresh, mutated, at, end);
                    at = end;
                    assertTrue(fresh.carriedBytes() <= 72);
                }
            } catch (ProtocolException expected) {
                // what the format promises
            }
        }
    }

    private void feed(String hex, int from) throws ProtocolException {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        feed(bytes, from, bytes.length);
    }

    private void feed(byte[] bytes) throws ProtocolException {
        feed(bytes, 0, bytes.length);
    }

    private void feed(byte[] bytes, int from, int to) throws ProtocolException {
        feed(decoder, bytes, from, to);
    }

    private void feed(PeerMessageDecoder to, byte[] bytes, int from, int end) throws ProtocolException {
        // direct, in the middle of a larger buffer, as a receive buffer is
        ByteBuf in = READS.directBuffer(end - from + 3);
        try {
            in.writeZero(3).readerIndex(3).writeBytes(bytes, from, end - from);
            to.decode(in, message -> received.add(describe(message)));
            assertEquals(0, in.readableBytes());
        } finally {
            assertEquals(1, in.refCnt());
            in.release();
        }
    }

    private static byte[] encode(PeerMessage message) {
        ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
        try {
            PeerMessageEncoder.encode(message, out);
            return ByteBufUtil.getBytes(out);
        } finally {
            out.release();
        }
    }

    /// A text that is equal for equal messages, taken while their buffers are valid.
    private static String describe(PeerMessage message) {
        return switch (message) {
            case Piece(int piece, int begin, ByteBuffer data) -> {
                byte[] bytes = new byte[data.remaining()];
                data.duplicate().get(bytes);
                yield "piece " + piece + " " + begin + " " + HexFormat.of().formatHex(bytes);
            }
            case HaveBitfield(byte[] bits) -> "bitfield " + HexFormat.of().formatHex(bits);
            case Extended(int id, byte[] payload) ->
                "extended " + id + " " + HexFormat.of().formatHex(payload);
            case PeerMessage other -> other.toString();
        };
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    @Test
    void encodingLeavesABlocksBufferAsItWas() {
        ByteBuffer data = bytes("0102");
        assertArrayEquals(encode(new Piece(0, 0, data)), encode(new Piece(0, 0, data)));
        assertEquals(2, data.remaining());
    }
}
