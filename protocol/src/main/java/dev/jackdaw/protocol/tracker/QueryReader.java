package dev.jackdaw.protocol.tracker;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.util.Arrays;

/// Goes through the `key=value` pairs of a URL's query, values still percent-encoded until they are asked for.
///
/// A `+` is itself: clients that mean a space write `%20`, and binary values have any byte.
final class QueryReader {
    /// A longer query is refused; room for a scrape of 74 torrents, all bytes escaped.
    static final int MAX_LENGTH = 8 * 1024;

    private final String query;
    private int keyStart;
    private int keyEnd;
    private int valueStart;
    private int valueEnd = -1;

    /// @param query what is after the `?`, without a fragment
    QueryReader(String query) throws ProtocolException {
        if (query.length() > MAX_LENGTH) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, "query of " + query.length() + " characters, the limit is " + MAX_LENGTH);
        }
        this.query = query;
    }

    /// Goes to the next pair; says whether there is one.
    boolean next() {
        do {
            if (valueEnd >= query.length()) {
                return false;
            }
            keyStart = valueEnd + 1;
            valueEnd = query.indexOf('&', keyStart);
            if (valueEnd < 0) {
                valueEnd = query.length();
            }
        } while (keyStart == valueEnd);
        int equals = query.indexOf('=', keyStart);
        keyEnd = equals < 0 || equals > valueEnd ? valueEnd : equals;
        valueStart = Math.min(keyEnd + 1, valueEnd);
        return true;
    }

    String key() {
        return query.substring(keyStart, keyEnd);
    }

    /// The value of exactly `length` bytes.
    byte[] bytes(int length) throws ProtocolException {
        byte[] bytes = bytes();
        if (bytes.length != length) {
            throw new ProtocolException(
                    Violation.BAD_VALUE, key() + " of " + bytes.length + " bytes, expected " + length);
        }
        return bytes;
    }

    /// The value's bytes.
    byte[] bytes() throws ProtocolException {
        byte[] bytes = new byte[valueEnd - valueStart];
        int length = 0;
        for (int at = valueStart; at < valueEnd; at++) {
            char c = query.charAt(at);
            if (c == '%') {
                if (valueEnd - at < 3) {
                    throw malformed();
                }
                bytes[length++] = (byte) (hexDigit(query.charAt(at + 1)) << 4 | hexDigit(query.charAt(at + 2)));
                at += 2;
            } else if (c > 0xff) {
                throw malformed();
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    InfoHash infoHash() throws ProtocolException {
        return InfoHash.of(bytes(InfoHash.LENGTH));
    }

    /// The value as a decimal number; beyond `long` counts as the nearest one in it.
    long integer() throws ProtocolException {
        boolean negative = valueStart < valueEnd && query.charAt(valueStart) == '-';
        int from = negative ? valueStart + 1 : valueStart;
        if (from == valueEnd) {
            throw malformed();
        }
        long value = 0;
        for (int at = from; at < valueEnd; at++) {
            int digit = query.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed();
            }
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return negative ? -value : value;
    }

    boolean valueIs(String text) {
        return valueEnd - valueStart == text.length() && query.startsWith(text, valueStart);
    }

    private int hexDigit(char c) throws ProtocolException {
        int digit = Character.digit(c, 16);
        if (digit < 0 || c > 'f') {
            throw malformed();
        }
        return digit;
    }

    private ProtocolException malformed() {
        return new ProtocolException(
                Violation.MALFORMED, "value of the parameter at offset " + keyStart + " is not what it must be");
    }
}
