package dev.jackdaw.tracker.accounts;

import dev.jackdaw.protocol.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Which clients may take part, by the first bytes of their peer ids (BEP 20).
final class ClientRules {
    private final List<byte[]> allowed;
    private final List<byte[]> refused;

    /// @param allowed prefixes such as `-TR4`; if there are none, every client may that is not refused
    /// @param refused prefixes of clients that may not, even if one of `allowed` says so
    ClientRules(List<String> allowed, List<String> refused) {
        this.allowed = bytes(allowed);
        this.refused = bytes(refused);
    }

    boolean allow(PeerId peerId) {
        if (allowed.isEmpty() && refused.isEmpty()) {
            return true;
        }
        byte[] id = peerId.toBytes();
        return (allowed.isEmpty() || startsWithOneOf(id, allowed)) && !startsWithOneOf(id, refused);
    }

    private static boolean startsWithOneOf(byte[] id, List<byte[]> prefixes) {
        for (byte[] prefix : prefixes) {
            if (java.util.Arrays.equals(prefix, 0, prefix.length, id, 0, prefix.length)) {
                return true;
            }
        }
        return false;
    }

    private static List<byte[]> bytes(List<String> prefixes) {
        return prefixes.stream()
                .map(prefix -> prefix.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }
}
