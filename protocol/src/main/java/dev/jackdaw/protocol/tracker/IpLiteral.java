package dev.jackdaw.protocol.tracker;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// An address in its text form, never a name: nothing here asks a resolver.
final class IpLiteral {
    /// The longest form of an IPv6 address, IPv4-mapped and in full.
    private static final int MAX_LENGTH = 45;

    private IpLiteral() {}

    /// The address's 4 or 16 bytes; empty for a name, a scoped address or a short form such as `127.1`.
    static Optional<byte[]> parse(byte[] text) {
        if (text.length > MAX_LENGTH) {
            return Optional.empty();
        }
        int dots = 0;
        int colons = 0;
        for (byte b : text) {
            if (b == '.') {
                dots++;
            } else if (b == ':') {
                colons++;
            } else if (Character.digit(b, 16) < 0) {
                return Optional.empty();
            }
        }
        if (colons == 0 && dots != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(new String(text, StandardCharsets.US_ASCII))
                    .getAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
