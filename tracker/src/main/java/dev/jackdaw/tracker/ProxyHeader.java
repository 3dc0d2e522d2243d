package dev.jackdaw.tracker;

import dev.jackdaw.protocol.ByteSearch;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What a TCP proxy sends before a client's bytes to tell whose they are: the PROXY protocol of HAProxy, version 1,
/// a line of text, and version 2, in binary.
final class ProxyHeader {
    /// Of version 2 with all that it may carry; a longer one is refused.
    static final int MAX_LENGTH = 1024;

    private static final int MAX_LINE = 107;
    private static final byte[] LINE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    /// The signature, version and command, family and protocol, length.
    private static final int HEAD = 16;

    // version and command
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    // family and protocol
    private static final int TCP_V4 = 0x11;
    private static final int TCP_V6 = 0x21;

    /// What became of reading.
    enum Outcome {
        COMPLETE,
        /// More bytes are needed.
        INCOMPLETE,
        /// No such header.
        MALFORMED
    }

    private Optional<InetAddress> client = Optional.empty();

    /// Reads the header that a buffer begins with, and if it is complete, moves the buffer's position behind it.
    ///
    /// @param in big-endian
    Outcome read(ByteBuffer in) {
        client = Optional.empty();
        if (!in.hasRemaining()) {
            return Outcome.INCOMPLETE;
        }
        return in.get(in.position()) == LINE[0] ? readLine(in) : readBinary(in);
    }

    /// The client's address; empty if the proxy does not tell, or speaks for itself.
    Optional<InetAddress> client() {
        return client;
    }

    private Outcome readLine(ByteBuffer in) {
        int from = in.position();
        if (!begins(in, LINE)) {
            return Outcome.MALFORMED;
        }
        int most = Math.min(in.limit(), from + MAX_LINE);
        int end = ByteSearch.find(in, (byte) '\n', from, most);
        if (end == most) {
            return most - from == MAX_LINE ? Outcome.MALFORMED : Outcome.INCOMPLETE;
        }
        byte[] text = new byte[end - from];
        in.get(from, text);
        String line = new String(text, StandardCharsets.ISO_8859_1);
        if (!line.endsWith("\r")) {
            return Outcome.MALFORMED;
        }
        String[] words = line.substring(0, line.length() - 1).split(" ", -1);
        if (!words[1].equals("UNKNOWN") && !isTold(words)) {
            return Outcome.MALFORMED;
        }
        in.position(end + 1);
        return Outcome.COMPLETE;
    }

    /// Reads `PROXY TCP4 source destination port port`; says whether it is that.
    private boolean isTold(String[] words) {
        boolean v4 = words[1].equals("TCP4");
        if (words.length != 6 || (!v4 && !words[1].equals("TCP6"))) {
            return false;
        }
        try {
            InetAddress source = InetAddress.ofLiteral(words[2]);
            client = Optional.of(source);
            return v4 ? source instanceof Inet4Address : words[2].contains(":");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Outcome readBinary(ByteBuffer in) {
        int from = in.position();
        if (!begins(in, SIGNATURE)) {
            return Outcome.MALFORMED;
        }
        if (in.remaining() < HEAD) {
            return Outcome.INCOMPLETE;
        }
        int command = in.get(from + 12) & 0xff;
        int family = in.get(from + 13) & 0xff;
        int length = in.getShort(from + 14) & 0xffff;
        int address = family == TCP_V4 ? 4 : family == TCP_V6 ? 16 : 0;
        boolean tells = command == PROXY && address > 0;
        if ((command != PROXY && command != LOCAL)
                || HEAD + length > MAX_LENGTH
                || (tells && length < 2 * address + 4)) {
            return Outcome.MALFORMED;
        }
        if (in.remaining() < HEAD + length) {
            return Outcome.INCOMPLETE;
        }
        if (tells) {
            byte[] bytes = new byte[address];
            in.get(from + HEAD, bytes);
            try {
                client = Optional.of(InetAddress.getByAddress(bytes));
            } catch (UnknownHostException e) {
                throw new AssertionError(e); // 4 or 16 bytes are an address
            }
        }
        in.position(from + HEAD + length);
        return Outcome.COMPLETE;
    }

    /// Whether the buffer begins as that, as far as it goes.
    private static boolean begins(ByteBuffer in, byte[] expected) {
        for (int i = 0; i < Math.min(expected.length, in.remaining()); i++) {
            if (in.get(in.position() + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
