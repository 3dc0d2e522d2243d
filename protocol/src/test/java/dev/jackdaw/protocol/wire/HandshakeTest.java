package dev.jackdaw.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import dev.jackdaw.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final Handshake HANDSHAKE = new Handshake(
            ReservedBits.ours(true),
            InfoHash.ofHex("000102030405060708090a0b0c0d0e0f10111213"),
            PeerId.of("-JD0100-abcdefghijkl".getBytes(StandardCharsets.US_ASCII)));

    @Test
    void isThe68BytesOfTheSpecification() {
        assertEquals(
                "13" + "426974546f7272656e742070726f746f636f6c" + "0000000000100005"
                        + "000102030405060708090a0b0c0d0e0f10111213" + "2d4a44303130302d6162636465666768696a6b6c",
                HexFormat.of().formatHex(encoded()));
    }

    @Test
    void isReadAtEverySplitPointAndLeavesWhatFollows() throws ProtocolException {
        byte[] bytes = encoded();
        for (int split = 0; split <= bytes.length; split++) {
            HandshakeDecoder decoder = new HandshakeDecoder();
            decoder.decode(Unpooled.wrappedBuffer(bytes, 0, split));
            assertEquals(split >= 48 ? Optional.of(HANDSHAKE.infoHash()) : Optional.empty(), decoder.infoHash());
            assertEquals(split == 68, decoder.handshake().isPresent());

            ByteBuf rest = Unpooled.wrappedBuffer(
                    Unpooled.wrappedBuffer(bytes, split, bytes.length - split), Unpooled.wrappedBuffer(new byte[] {9}));
            decoder.decode(rest);
            assertEquals(Optional.of(HANDSHAKE), decoder.handshake());
            assertEquals(1, rest.readableBytes());
        }
    }

    @Test
    void aWrongByteOfTheNameIsRefusedAtOnce() throws ProtocolException {
        for (int wrong = 0; wrong < Handshake.PREFIX_LENGTH; wrong++) {
            byte[] bytes = encoded();
            bytes[wrong] ^= 1;
            HandshakeDecoder decoder = new HandshakeDecoder();
            decoder.decode(Unpooled.wrappedBuffer(bytes, 0, wrong));
            ByteBuf next = Unpooled.wrappedBuffer(bytes, wrong, 1);
            assertThrows(ProtocolException.class, () -> decoder.decode(next));
        }
    }

    @Test
    void whatIsPromisedIsRead() {
        assertTrue(HANDSHAKE.reserved().dht());
        assertTrue(HANDSHAKE.reserved().fast());
        assertTrue(HANDSHAKE.reserved().extensions());
    }

    private static byte[] encoded() {
        ByteBuf out = Unpooled.buffer();
        HANDSHAKE.encode(out);
        return ByteBufUtil.getBytes(out);
    }
}
