package dev.jackdaw.peer.utp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.simulation.Seed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class UtpPacketTest {
    private static final String STATE = "21010a0b00000001000000020010000030394321"; // with a selective ack to follow

    private static UtpPacket decode(String hex) throws ProtocolException {
        return UtpPacket.decode(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    private static Violation violation(String hex) {
        return assertThrows(ProtocolException.class, () -> decode(hex)).violation();
    }

    private static SelectiveAck acks(int... indexes) {
        BitSet bits = new BitSet();
        for (int index : indexes) {
            bits.set(index);
        }
        return new SelectiveAck(bits);
    }

    private static String encoded(UtpPacket packet) {
        ByteBuf out = Unpooled.buffer();
        packet.encode(out);
        assertEquals(packet.encodedLength(), out.readableBytes());
        return ByteBufUtil.hexDump(out);
    }

    @Test
    void goldenBytesOfASyn() throws ProtocolException {
        UtpPacket syn = new UtpPacket(UtpPacket.Type.SYN, 0xABCD, 0x01020304, 0, 1 << 20, 1, 0, SelectiveAck.NONE, 0);
        String bytes = "4100abcd01020304000000000010000000010000";
        assertEquals(bytes, encoded(syn));
        assertEquals(syn, decode(bytes));
    }

    @Test
    void theSelectiveAckCountsFromTwoPacketsOnLowBitFirst() throws ProtocolException {
        UtpPacket state = new UtpPacket(UtpPacket.Type.STATE, 0x0A0B, 1, 2, 1 << 20, 0x3039, 0x4321, acks(0, 9, 31), 0);
        String bytes = STATE + "0004" + "01020080";
        assertEquals(bytes, encoded(state));
        assertEquals(state, decode(bytes));
    }

    @Test
    void aSelectiveAckOfAnyLengthIsRead() throws ProtocolException {
        assertEquals(acks(0, 34), decode(STATE + "0006" + "010000000400").selectiveAck());
        assertEquals(acks(7), decode(STATE + "0001" + "80").selectiveAck());
        assertEquals(Violation.BAD_VALUE, violation(STATE + "0000"));
    }

    @Test
    void aSizeOfDatagramsGoesWithTheHandshakeAndComesAfterTheSelectiveAck() throws ProtocolException {
        UtpPacket packet = new UtpPacket(UtpPacket.Type.STATE, 1, 2, 3, 4, 5, 6, acks(40), 16_000);
        assertEquals(packet, decode(encoded(packet)));
        UtpPacket alone = new UtpPacket(UtpPacket.Type.SYN, 1, 2, 3, 4, 5, 6, SelectiveAck.NONE, 1_400);
        assertEquals(alone, decode(encoded(alone)));
    }

    @Test
    void unknownExtensionsAreSkipped() throws ProtocolException {
        String twoUnknown = "2102" + STATE.substring(4) + "0303aabbcc" + "0000";
        assertEquals(SelectiveAck.NONE, decode(twoUnknown).selectiveAck());
    }

    @Test
    void whatIsNotAPacketIsNamed() {
        assertEquals(Violation.TRUNCATED, violation(STATE.substring(2)));
        assertEquals(Violation.TRUNCATED, violation(STATE));
        assertEquals(Violation.TRUNCATED, violation(STATE + "000800000000"));
        assertEquals(Violation.BAD_VALUE, violation("20" + STATE.substring(2)));
        assertEquals(Violation.BAD_VALUE, violation("51" + STATE.substring(2)));
        assertEquals(Violation.MISSING_FIELD, violation("0100" + STATE.substring(4)));
    }

    @Test
    void dictionariesOfTheDhtAreNotMistakenForPackets() {
        byte[] ping = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe".getBytes(StandardCharsets.US_ASCII);
        assertFalse(UtpPacket.isUtp(Unpooled.wrappedBuffer(ping)));
        assertTrue(UtpPacket.isUtp(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(STATE))));
    }

    @ParameterizedTest
    @MethodSource("dev.jackdaw.simulation.Seed#some")
    void mutatedBytesAreReadOrRefusedAndNothingElse(Seed seed) {
        RandomGenerator random = seed.random("mutation");
        byte[] valid = ByteBufUtil.decodeHexDump(STATE + "0004" + "01020080");
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = java.util.Arrays.copyOf(valid, random.nextInt(valid.length + 1));
            for (int i = 0; i < 3 && bytes.length > 0; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            try {
                UtpPacket packet = UtpPacket.decode(in);
                assertTrue(packet.selectiveAck().received().length() <= 255 * 8, seed.describe());
            } catch (ProtocolException e) {
                assertFalse(String.valueOf(e.getMessage()).isEmpty(), seed.describe());
            }
        }
    }
}
