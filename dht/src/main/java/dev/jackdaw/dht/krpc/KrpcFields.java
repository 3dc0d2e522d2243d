package dev.jackdaw.dht.krpc;

import dev.jackdaw.dht.NodeId;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.util.Arrays;
import java.util.OptionalLong;

/// Where the values of one dictionary's known keys are; reused for the next one.
///
/// A getter fails where the value is of another type than asked for; what is absent is said by [#has(KrpcKey)].
final class KrpcFields {
    private static final byte[] EMPTY = {};

    private final BencodeCursor cursor;
    private final int[] starts = new int[KrpcKey.COUNT];
    private final int[] ends = new int[KrpcKey.COUNT];
    /// Bit for bit the keys that are there.
    private long present;
    /// Those whose values have dictionaries with keys out of order.
    private long unsorted;

    KrpcFields(BencodeCursor cursor) {
        this.cursor = cursor;
    }

    /// Passes the dictionary under the cursor.
    void read() throws ProtocolException {
        present = 0;
        unsorted = 0;
        if (cursor.peek() != 'd') {
            throw new ProtocolException(Violation.BAD_VALUE, "not a dictionary");
        }
        cursor.at++;
        int lastAt = -1;
        int lastLength = 0;
        while (cursor.peek() != 'e') {
            cursor.string();
            int keyAt = cursor.stringAt;
            int keyLength = cursor.stringLength;
            if (lastAt >= 0 && cursor.compareStrings(lastAt, lastLength, keyAt, keyLength) == 0) {
                throw new ProtocolException(Violation.MALFORMED, "repeated key at offset " + keyAt);
            }
            lastAt = keyAt;
            lastLength = keyLength;
            int key = KrpcKey.find(cursor.in, keyAt, keyLength);
            int start = cursor.at;
            cursor.unsorted = false;
            cursor.skip();
            if (key >= 0) {
                if ((present & 1L << key) != 0) {
                    throw new ProtocolException(Violation.MALFORMED, "repeated key at offset " + keyAt);
                }
                present |= 1L << key;
                unsorted |= cursor.unsorted ? 1L << key : 0;
                starts[key] = start;
                ends[key] = cursor.at;
            }
        }
        cursor.at++;
    }

    boolean has(KrpcKey key) {
        return (present & 1L << key.ordinal()) != 0;
    }

    /// Moves the cursor to the value, to read it.
    void enter(KrpcKey key) throws ProtocolException {
        if (!has(key)) {
            throw new ProtocolException(Violation.MISSING_FIELD, "no \"" + key.text() + "\"");
        }
        cursor.at = starts[key.ordinal()];
    }

    /// The string's offset and length are then in the cursor.
    void string(KrpcKey key) throws ProtocolException {
        enter(key);
        int first = cursor.peek();
        if (first < '0' || first > '9') {
            throw mistyped(key, "a string");
        }
        cursor.string();
    }

    byte[] bytes(KrpcKey key) throws ProtocolException {
        string(key);
        return copy();
    }

    byte[] bytes(KrpcKey key, int length) throws ProtocolException {
        string(key);
        if (cursor.stringLength != length) {
            throw new ProtocolException(
                    Violation.BAD_VALUE,
                    "\"" + key.text() + "\" of " + cursor.stringLength + " bytes, expected " + length);
        }
        return copy();
    }

    byte[] bytesOrEmpty(KrpcKey key) throws ProtocolException {
        return has(key) ? bytes(key) : EMPTY;
    }

    NodeId id(KrpcKey key) throws ProtocolException {
        string(key);
        if (cursor.stringLength != NodeId.LENGTH) {
            throw new ProtocolException(
                    Violation.BAD_VALUE,
                    "\"" + key.text() + "\" of " + cursor.stringLength + " bytes, expected " + NodeId.LENGTH);
        }
        return NodeId.of(cursor.in, cursor.stringAt);
    }

    long integer(KrpcKey key) throws ProtocolException {
        enter(key);
        if (cursor.peek() != 'i') {
            throw mistyped(key, "an integer");
        }
        return cursor.integer();
    }

    OptionalLong optionalInteger(KrpcKey key) throws ProtocolException {
        return has(key) ? OptionalLong.of(integer(key)) : OptionalLong.empty();
    }

    /// Whether the integer is there and not 0.
    boolean flag(KrpcKey key) throws ProtocolException {
        return has(key) && integer(key) != 0;
    }

    /// Moves the cursor to the list's first element.
    void list(KrpcKey key) throws ProtocolException {
        enter(key);
        if (cursor.peek() != 'l') {
            throw mistyped(key, "a list");
        }
        cursor.at++;
    }

    /// The value as it stands, of whatever type; its dictionaries must be sorted, or it has other hashes
    /// elsewhere.
    byte[] value(KrpcKey key) throws ProtocolException {
        enter(key);
        if ((unsorted & 1L << key.ordinal()) != 0) {
            throw new ProtocolException(Violation.MALFORMED, "\"" + key.text() + "\" has keys out of order");
        }
        return Arrays.copyOfRange(cursor.in, starts[key.ordinal()], ends[key.ordinal()]);
    }

    /// Of the value as it stands, in bytes.
    int valueLength(KrpcKey key) {
        return ends[key.ordinal()] - starts[key.ordinal()];
    }

    private byte[] copy() {
        return cursor.stringLength == 0
                ? EMPTY
                : Arrays.copyOfRange(cursor.in, cursor.stringAt, cursor.stringAt + cursor.stringLength);
    }

    private static ProtocolException mistyped(KrpcKey key, String expected) {
        return new ProtocolException(Violation.BAD_VALUE, "\"" + key.text() + "\" is not " + expected);
    }
}
