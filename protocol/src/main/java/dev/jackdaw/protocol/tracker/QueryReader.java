package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.ByteSearch;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Goes through the `key=value` pairs of a URL's query where it was received, values still percent-encoded until
/// they are asked for. It is used again for every request, and allocates nothing unless asked for an array.
///
/// A `+` is itself: clients that mean a space write `%20`, and binary values have any byte.
final class QueryReader {
    /// A longer query is refused; room for a scrape of 100 torrents, all bytes escaped.
    static final int MAX_LENGTH = 8 * 1024;

    private static final int KEY_DIGITS = 8;
    private static final byte ESCAPE = '%';
    /// What each ASCII character is worth as a digit, or -1.
    private static final byte[] HEX = hexDigits();

    private ByteBuffer query = ByteBuffer.allocate(0);
    private int end;
    private long keyStarts;
    private boolean keyIsEscaped;
    private int keyStart;
    private int keyEnd;
    private int valueStart;
    private int valueEnd = -1;

    // the last 20-byte value, and where the one being read goes on
    private long high;
    private long middle;
    private int low;
    private int next;

    /// A key that is looked for.
    ///
    /// @param text   in ASCII
    /// @param starts its first eight bytes as a number, zeros after a shorter one
    record Key(byte[] text, long starts) {
        static Key of(String name) {
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            return new Key(text, QueryReader.starts(ByteBuffer.wrap(text), 0, text.length));
        }
    }

    /// Begins with another query.
    ///
    /// @param in   has it between the two indexes
    /// @param from just after the `?`
    /// @param to   before a fragment, if there is one
    void read(ByteBuffer in, int from, int to) throws ProtocolException {
        if (to - from > MAX_LENGTH) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "query of " + (to - from) + " characters, the limit is " + MAX_LENGTH);
        }
        query = in;
        end = to;
        valueEnd = from - 1;
    }

    /// Goes to the next pair; says whether there is one.
    boolean next() {
        do {
            if (valueEnd >= end) {
                return false;
            }
            keyStart = valueEnd + 1;
            valueEnd = ByteSearch.find(query, (byte) '&', keyStart, end);
        } while (keyStart == valueEnd);
        keyEnd = ByteSearch.find(query, (byte) '=', keyStart, valueEnd);
        valueStart = Math.min(keyEnd + 1, valueEnd);
        keyStarts = starts(query, keyStart, keyEnd);
        keyIsEscaped = ByteSearch.has(keyStarts, ESCAPE)
                || ByteSearch.find(query, ESCAPE, keyStart + Long.BYTES, keyEnd) < keyEnd;
        return true;
    }

    boolean keyIs(Key key) {
        if (keyIsEscaped) {
            return is(keyStart, keyEnd, key.text);
        }
        return keyStarts == key.starts && keyEnd - keyStart == key.text.length && endsLike(key.text);
    }

    /// Whether the key is like another of the same length from its ninth byte on.
    private boolean endsLike(byte[] text) {
        for (int i = Long.BYTES; i < text.length; i++) {
            if (query.get(keyStart + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    /// The first eight bytes as a big-endian number, with zeros for those that there are not.
    private static long starts(ByteBuffer in, int from, int to) {
        int length = Math.min(to - from, Long.BYTES);
        if (length > 0 && from + Long.BYTES <= in.limit()) {
            return in.getLong(from) & -1L << Long.SIZE - Byte.SIZE * length;
        }
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (in.get(from + i) & 0xffL) << Long.SIZE - Byte.SIZE * (i + 1);
        }
        return word;
    }

    boolean valueIs(byte[] value) {
        return is(valueStart, valueEnd, value);
    }

    /// Reads a value of exactly 20 bytes, which [#high], [#middle] and [#low] then are.
    void identity() throws ProtocolException {
        next = valueStart;
        high = word(Long.BYTES);
        middle = word(Long.BYTES);
        low = (int) word(Integer.BYTES);
        if (next != valueEnd) {
            throw wrongLength();
        }
    }

    long high() {
        return high;
    }

    long middle() {
        return middle;
    }

    int low() {
        return low;
    }

    /// The value's bytes.
    byte[] bytes() throws ProtocolException {
        byte[] bytes = new byte[valueEnd - valueStart];
        int length = 0;
        for (int at = valueStart; at < valueEnd; at = after(at)) {
            bytes[length++] = (byte) byteAt(at);
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /// The value as a decimal number; beyond `long` counts as the nearest one in it.
    long integer() throws ProtocolException {
        int from = valueStart;
        boolean negative = from < valueEnd && query.get(from) == '-';
        if (negative) {
            from++;
        }
        if (from == valueEnd) {
            throw malformed();
        }
        long value = 0;
        for (int at = from; at < valueEnd; at = after(at)) {
            int digit = byteAt(at) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed();
            }
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /// The value as a client's `key`: the number that its eight hexadecimal digits are, or a hash of anything
    /// else.
    int key() throws ProtocolException {
        int number = 0;
        int hash = 0;
        int length = 0;
        boolean hexadecimal = true;
        for (int at = valueStart; at < valueEnd; at = after(at)) {
            int b = byteAt(at);
            int digit = Character.digit(b, 16);
            hexadecimal &= digit >= 0;
            number = number << 4 | digit;
            hash = 31 * hash + b;
            length++;
        }
        return hexadecimal && length == KEY_DIGITS ? number : hash;
    }

    /// The value's bytes from [#next] on as a big-endian number.
    private long word(int bytes) throws ProtocolException {
        int at = next;
        if (bytes == Long.BYTES && at + Long.BYTES <= valueEnd) {
            long eight = query.getLong(at);
            if (!ByteSearch.has(eight, ESCAPE)) {
                next = at + Long.BYTES;
                return eight;
            }
        }
        long word = 0;
        for (int i = 0; i < bytes; i++) {
            if (at >= valueEnd) {
                throw wrongLength();
            }
            byte b = query.get(at);
            if (b == '%') {
                word = word << 8 | byteAt(at);
                at += 3;
            } else {
                word = word << 8 | b & 0xff;
                at++;
            }
        }
        next = at;
        return word;
    }

    private ProtocolException wrongLength() throws ProtocolException {
        return new ProtocolException(
                Violation.BAD_VALUE, name() + " of " + bytes().length + " bytes, expected " + InfoHash.LENGTH);
    }

    /// Where the value goes on after the byte at an index.
    private int after(int at) {
        return query.get(at) == '%' ? at + 3 : at + 1;
    }

    /// The byte that is written, escaped or not, at the index.
    private int byteAt(int at) throws ProtocolException {
        int b = query.get(at) & 0xff;
        if (b != '%') {
            return b;
        }
        if (valueEnd - at < 3) {
            throw malformed();
        }
        return hexDigit(query.get(at + 1)) << 4 | hexDigit(query.get(at + 2));
    }

    private int hexDigit(byte c) throws ProtocolException {
        int digit = c < 0 ? -1 : HEX[c];
        if (digit < 0) {
            throw malformed();
        }
        return digit;
    }

    private static byte[] hexDigits() {
        byte[] digits = new byte[128];
        for (int c = 0; c < digits.length; c++) {
            digits[c] = (byte) Character.digit(c, 16);
        }
        return digits;
    }

    /// Whether that is what is written, some of it perhaps escaped though it need not be (RFC 3986, 2.3).
    private boolean is(int from, int to, byte[] text) {
        if (to - from < text.length) {
            return false;
        }
        int at = from;
        for (byte expected : text) {
            if (at >= to) {
                return false;
            }
            byte b = query.get(at++);
            if (b == '%' && to - at >= 2) {
                b = (byte) (Character.digit(query.get(at), 16) << 4 | Character.digit(query.get(at + 1), 16));
                at += 2;
            }
            if (b != expected) {
                return false;
            }
        }
        return at == to;
    }

    /// For messages: only keys that are known ever get there.
    private String name() {
        byte[] key = new byte[keyEnd - keyStart];
        query.get(keyStart, key);
        return new String(key, StandardCharsets.US_ASCII);
    }

    private ProtocolException malformed() {
        return new ProtocolException(Violation.MALFORMED, "value of " + name() + " is not what it must be");
    }
}
