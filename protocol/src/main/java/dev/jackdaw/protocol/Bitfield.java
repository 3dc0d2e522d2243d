package dev.jackdaw.protocol;

import dev.jackdaw.protocol.ProtocolException.Violation;
import java.util.Arrays;

/// Which pieces someone has: `size` bits, the first piece in the most significant bit of the first byte (BEP 3).
///
/// Mutable and not thread-safe: it belongs to one owner. What crosses a thread is a [#copy()].
public final class Bitfield {
    private static final int WORD = Long.SIZE;

    private final int size;
    /// Piece `i` is the bit `63 - i % 64` of word `i / 64`, so that words in big-endian order are the wire's bytes.
    private final long[] words;

    private int cardinality;

    /// All bits clear.
    public Bitfield(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("bitfield of " + size + " bits");
        }
        this.size = size;
        this.words = new long[(int) (((long) size + WORD - 1) / WORD)];
    }

    private Bitfield(int size, long[] words, int cardinality) {
        this.size = size;
        this.words = words;
        this.cardinality = cardinality;
    }

    /// All bits set.
    public static Bitfield full(int size) {
        Bitfield bitfield = new Bitfield(size);
        Arrays.fill(bitfield.words, -1L);
        if (size % WORD != 0) {
            bitfield.words[bitfield.words.length - 1] = -1L << (WORD - size % WORD);
        }
        bitfield.cardinality = size;
        return bitfield;
    }

    /// Reads the wire's form.
    ///
    /// @throws ProtocolException if the length is not that of `size` bits, or a spare bit at the end is set
    public static Bitfield ofWire(int size, byte[] wire) throws ProtocolException {
        int expected = wireLength(size);
        if (wire.length != expected) {
            throw new ProtocolException(
                    Violation.BAD_VALUE,
                    "bitfield of " + wire.length + " bytes, expected " + expected + " for " + size + " pieces");
        }
        Bitfield bitfield = new Bitfield(size);
        for (int i = 0; i < wire.length; i++) {
            bitfield.words[i / 8] |= (wire[i] & 0xffL) << (56 - 8 * (i % 8));
        }
        if (size % WORD != 0 && (bitfield.words[bitfield.words.length - 1] & (-1L >>> (size % WORD))) != 0) {
            throw new ProtocolException(Violation.BAD_VALUE, "bitfield with a bit set beyond its " + size + " pieces");
        }
        for (long word : bitfield.words) {
            bitfield.cardinality += Long.bitCount(word);
        }
        return bitfield;
    }

    /// Bytes on the wire of a bitfield of that many bits.
    public static int wireLength(int size) {
        return (int) (((long) size + 7) / 8);
    }

    /// A new array in the wire's form, spare bits clear.
    public byte[] toWire() {
        byte[] wire = new byte[wireLength(size)];
        for (int i = 0; i < wire.length; i++) {
            wire[i] = (byte) (words[i / 8] >>> (56 - 8 * (i % 8)));
        }
        return wire;
    }

    public int size() {
        return size;
    }

    /// How many bits are set.
    public int cardinality() {
        return cardinality;
    }

    public boolean isFull() {
        return cardinality == size;
    }

    public boolean isEmpty() {
        return cardinality == 0;
    }

    public boolean get(int index) {
        checkIndex(index);
        return (words[index / WORD] & mask(index)) != 0;
    }

    /// Sets the bit; says whether it was clear before.
    public boolean set(int index) {
        checkIndex(index);
        if ((words[index / WORD] & mask(index)) != 0) {
            return false;
        }
        words[index / WORD] |= mask(index);
        cardinality++;
        return true;
    }

    /// Clears the bit; says whether it was set before.
    public boolean clear(int index) {
        checkIndex(index);
        if ((words[index / WORD] & mask(index)) == 0) {
            return false;
        }
        words[index / WORD] &= ~mask(index);
        cardinality--;
        return true;
    }

    /// The first set bit at or after `from`, or -1.
    public int nextSet(int from) {
        return next(from, 0L);
    }

    /// The first clear bit at or after `from`, or -1.
    public int nextClear(int from) {
        return next(from, -1L);
    }

    /// The first bit at or after `from` that is set here and in `other`, or -1; both of the same size.
    public int nextCommon(Bitfield other, int from) {
        checkSize(other);
        if (from >= size) {
            return -1;
        }
        int word = from / WORD;
        long bits = words[word] & other.words[word] & (-1L >>> (from % WORD));
        while (bits == 0) {
            if (++word == words.length) {
                return -1;
            }
            bits = words[word] & other.words[word];
        }
        return word * WORD + Long.numberOfLeadingZeros(bits);
    }

    private int next(int from, long flip) {
        if (from >= size) {
            return -1;
        }
        int word = from / WORD;
        long bits = (words[word] ^ flip) & (-1L >>> (from % WORD));
        while (bits == 0) {
            if (++word == words.length) {
                return -1;
            }
            bits = words[word] ^ flip;
        }
        int index = word * WORD + Long.numberOfLeadingZeros(bits);
        return index < size ? index : -1;
    }

    /// Whether this has a bit that `other` lacks; both of the same size.
    public boolean hasAnyMissingFrom(Bitfield other) {
        checkSize(other);
        for (int i = 0; i < words.length; i++) {
            if ((words[i] & ~other.words[i]) != 0) {
                return true;
            }
        }
        return false;
    }

    /// How many set bits the two share; both of the same size.
    public int countCommon(Bitfield other) {
        checkSize(other);
        int common = 0;
        for (int i = 0; i < words.length; i++) {
            common += Long.bitCount(words[i] & other.words[i]);
        }
        return common;
    }

    public Bitfield copy() {
        return new Bitfield(size, words.clone(), cardinality);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bitfield that && size == that.size && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return 31 * size + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return cardinality + " of " + size;
    }

    private static long mask(int index) {
        return 1L << (WORD - 1 - index % WORD);
    }

    private void checkIndex(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("bit " + index + " of " + size);
        }
    }

    private void checkSize(Bitfield other) {
        if (size != other.size) {
            throw new IllegalArgumentException("bitfields of " + size + " and " + other.size + " bits");
        }
    }
}
