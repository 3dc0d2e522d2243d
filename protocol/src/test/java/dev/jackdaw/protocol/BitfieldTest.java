package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitfieldTest {
    @Test
    void hasTheFirstPieceInTheHighestBitOfTheWire() throws ProtocolException {
        Bitfield bitfield = new Bitfield(10);
        bitfield.set(0);
        bitfield.set(7);
        bitfield.set(9);

        assertArrayEquals(new byte[] {(byte) 0x81, 0x40}, bitfield.toWire());
        assertEquals(bitfield, Bitfield.ofWire(10, new byte[] {(byte) 0x81, 0x40}));
        assertEquals("3 of 10", bitfield.toString());
    }

    @Test
    void refusesWiresOfOtherLengthsOrWithSpareBits() {
        assertThrows(ProtocolException.class, () -> Bitfield.ofWire(10, new byte[1]));
        assertThrows(ProtocolException.class, () -> Bitfield.ofWire(10, new byte[3]));
        assertThrows(ProtocolException.class, () -> Bitfield.ofWire(0, new byte[1]));
        for (int spare = 10; spare < 16; spare++) {
            byte[] wire = {0, (byte) (0x80 >>> (spare - 8))};
            assertThrows(ProtocolException.class, () -> Bitfield.ofWire(10, wire), "bit " + spare);
        }
        byte[] wire = new byte[13];
        wire[12] = 0x08;
        assertThrows(ProtocolException.class, () -> Bitfield.ofWire(100, wire));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 63, 64, 65, 128, 1_000})
    void isFullOrEmptyAtEverySize(int size) throws ProtocolException {
        Bitfield full = Bitfield.full(size);
        Bitfield empty = new Bitfield(size);

        assertTrue(full.isFull());
        assertTrue(empty.isEmpty());
        assertEquals(size, full.cardinality());
        assertEquals(full, Bitfield.ofWire(size, full.toWire()));
        assertEquals(Bitfield.wireLength(size), full.toWire().length);
        assertEquals(-1, empty.nextSet(0));
        assertEquals(-1, full.nextClear(0));
        assertEquals(size == 0 ? -1 : 0, full.nextSet(0));
        assertEquals(size > 0, full.hasAnyMissingFrom(empty));
        assertEquals(size == 0, full.equals(empty));
        for (int i = 0; i < size; i++) {
            assertTrue(empty.set(i));
        }
        assertEquals(full, empty);
        assertEquals(full.hashCode(), empty.hashCode());
    }

    @Test
    void behavesAsASetOfBits() throws ProtocolException {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(200);
            Bitfield bitfield = new Bitfield(size);
            Bitfield other = new Bitfield(size);
            BitSet expected = new BitSet();
            BitSet expectedOther = new BitSet();
            for (int step = 0; step < 200; step++) {
                int i = random.nextInt(size);
                if (random.nextInt(3) == 0) {
                    assertEquals(expected.get(i), bitfield.clear(i));
                    expected.clear(i);
                } else {
                    assertEquals(!expected.get(i), bitfield.set(i));
                    expected.set(i);
                }
                int j = random.nextInt(size);
                other.set(j);
                expectedOther.set(j);
                int from = random.nextInt(size + 3);
                assertEquals(expected.nextSetBit(from), bitfield.nextSet(from));
                int clear = expected.nextClearBit(from);
                assertEquals(clear < size ? clear : -1, bitfield.nextClear(from));
                assertEquals(expected.cardinality(), bitfield.cardinality());
                assertEquals(expected.get(j), bitfield.get(j));
            }
            BitSet common = (BitSet) expected.clone();
            common.and(expectedOther);
            assertEquals(common.cardinality(), bitfield.countCommon(other));
            assertEquals(!common.equals(expected), bitfield.hasAnyMissingFrom(other));
            assertEquals(bitfield, Bitfield.ofWire(size, bitfield.toWire()));
        }
    }

    @Test
    void copiesApart() {
        Bitfield bitfield = new Bitfield(5);
        Bitfield copy = bitfield.copy();

        bitfield.set(3);

        assertFalse(copy.get(3));
        assertNotEquals(bitfield, copy);
    }

    @Test
    void refusesWhatIsOutside() {
        Bitfield bitfield = new Bitfield(5);

        assertThrows(IndexOutOfBoundsException.class, () -> bitfield.get(5));
        assertThrows(IndexOutOfBoundsException.class, () -> bitfield.set(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> bitfield.clear(5));
        assertThrows(IllegalArgumentException.class, () -> bitfield.countCommon(new Bitfield(6)));
        assertThrows(IllegalArgumentException.class, () -> new Bitfield(-1));
    }
}
