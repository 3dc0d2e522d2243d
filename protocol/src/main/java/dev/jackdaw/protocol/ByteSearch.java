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
            long differing = in.getLong(at) ^ pattern;
            // the high bit of each byte that is zero, exactly: no byte borrows from the next
            long same = ~((differing & LOW_BITS) + LOW_BITS | differing | LOW_BITS);
            if (same != 0) {
                return at + Long.numberOfLeadingZeros(same) / Byte.SIZE;
            }
        }
        while (at < end && in.get(at) != wanted) {
            at++;
        }
        return at;
    }
}
