package dev.jackdaw.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Looks for a byte in a buffer, eight at a time: what parsing the text of a request comes down to.
public final class ByteSearch {
    private static final long LOW_BITS = 0x7f7f_7f7f_7f7f_7f7fL;
    private static final long ONES = 0x0101_0101_0101_0101L;

    private ByteSearch() {}

    /// The index of the first such byte from `from` on and before `end`; `end` if there is none.
    ///
    /// @param in big-endian
    public static int find(ByteBuffer in, byte wanted, int from, int end) {
        assert in.order() == ByteOrder.BIG_ENDIAN;
        int at = from;
        long pattern = (wanted & 0xff) * ONES;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long same = zeros(in.getLong(at) ^ pattern);
            if (same != 0) {
                return at + Long.numberOfLeadingZeros(same) / Byte.SIZE;
            }
        }
        while (at < end && in.get(at) != wanted) {
            at++;
        }
        return at;
    }

    /// Whether one of the eight bytes of a word is the wanted one.
    public static boolean has(long word, byte wanted) {
        return zeros(word ^ (wanted & 0xff) * ONES) != 0;
    }

    /// The high bit of each byte that is zero, exactly: no byte borrows from the next.
    private static long zeros(long word) {
        return ~((word & LOW_BITS) + LOW_BITS | word | LOW_BITS);
    }
}
