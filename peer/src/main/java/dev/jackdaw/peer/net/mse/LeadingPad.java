package dev.jackdaw.peer.net.mse;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;

/// The way through the other side's first padding, whose length is not told, to the mark that ends it.
final class LeadingPad {
    private final byte[] mark;
    private final String markName;
    private int skipped;

    /// @param markName what the mark is, for the complaint that there is none
    LeadingPad(byte[] mark, String markName) {
        this.mark = mark;
        this.markName = markName;
    }

    /// Goes on by one byte, or takes the mark and says that the padding is behind us.
    boolean isPassed(Gathered gathered) throws ProtocolException {
        if (gathered.is(mark)) {
            gathered.take();
            return true;
        }
        if (skipped++ == MseCrypto.MAX_PAD) {
            throw new ProtocolException(
                    Violation.MISMATCH, "no " + markName + " within " + MseCrypto.MAX_PAD + " bytes of padding");
        }
        gathered.dropFirst();
        return false;
    }

    /// Returns the length of a padding that the other side announces.
    static int checkLength(int length) throws ProtocolException {
        if (length > MseCrypto.MAX_PAD) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "padding of " + length + " bytes, the limit is " + MseCrypto.MAX_PAD);
        }
        return length;
    }
}
