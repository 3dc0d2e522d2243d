package dev.jackdaw.peer.engine;

import dev.jackdaw.protocol.PeerAddress;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The rank that both ends of a possible connection give it without talking (BEP 40): a random-looking 32-bit number,
/// the higher the better. Connections that are far apart in the address space are masked, so that an attacker's network
/// counts once.
final class ConnectionPriority {
    private static final byte FULL = (byte) 0xff;
    private static final byte ALTERNATE = 0x55;

    private ConnectionPriority() {}

    /// The unsigned priority, 0 … 2³² − 1, the same for both orders of arguments. For hosts of different families, of
    /// which the BEP does not speak, each is masked as if it shared no prefix.
    static long of(PeerAddress one, PeerAddress other) {
        CRC32C crc = new CRC32C();
        byte[] first = one.hostBytes();
        byte[] second = other.hostBytes();
        if (Arrays.equals(first, second)) {
            int low = Math.min(one.port(), other.port());
            int high = Math.max(one.port(), other.port());
            crc.update(new byte[] {(byte) (low >>> 8), (byte) low, (byte) (high >>> 8), (byte) high});
            return crc.getValue();
        }
        int common = first.length == second.length ? Arrays.mismatch(first, second) : 0;
        mask(first, common);
        mask(second, common);
        boolean inOrder = Arrays.compareUnsigned(first, second) <= 0;
        crc.update(inOrder ? first : second);
        crc.update(inOrder ? second : first);
        return crc.getValue();
    }

    /// Keeps the network part whole (/16 or /48, or one byte more than the common prefix), and every other bit of the
    /// rest.
    private static void mask(byte[] host, int commonBytes) {
        int network = host.length == 4 ? 2 : 6;
        int whole = commonBytes < network ? network : commonBytes + 1;
        for (int i = 0; i < host.length; i++) {
            host[i] &= i < whole ? FULL : ALTERNATE;
        }
    }
}
