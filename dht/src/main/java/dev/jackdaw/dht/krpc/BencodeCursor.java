package dev.jackdaw.dht.krpc;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;

/// A place in a bencoded datagram (BEP 3), which moves over values without making any: reused from one datagram
/// to the next, so that reading one costs no more than what is taken out of it.
///
/// As strict as `protocol.bencode.Bencode`, whose values would cost some thirty objects a datagram.
final class BencodeCursor {
    /// Lists and dictionaries inside each other. Values of BEP 44 are the only ones that go deeper than three.
    private static final int MAX_DEPTH = 32;

    private static final int LIST = -2;
    private static final int NO_KEY = -1;

    byte[] in = {};
    int at;
    int end;
    /// Of the string read last.
    int stringAt;
    /// Of the string read last, in bytes.
    int stringLength;
    /// Whether a dictionary passed since this was last cleared has its keys out of order.
    boolean unsorted;

    /// The key read last in each open dictionary, [#LIST] for a list.
    private final int[] keyAt = new int[MAX_DEPTH];

    private final int[] keyLength = new int[MAX_DEPTH];

    void reset(byte[] bytes, int from, int to) {
        in = bytes;
        at = from;
        end = to;
        unsorted = false;
    }

    int peek() throws ProtocolException {
        if (at >= end) {
            throw new ProtocolException(Violation.TRUNCATED, "ends inside a value at offset " + at);
        }
        return in[at];
    }

    /// Passes a string and says where it is.
    void string() throws ProtocolException {
        int first = peek();
        int start = at;
        int length = 0;
        while (true) {
            int digit = peek() - '0';
            if (digit == ':' - '0' && at > start) {
                break;
            }
            if (digit < 0 || digit > 9) {
                throw malformed("string", start);
            }
            length = length * 10 + digit;
            at++;
            if (length > end - at) {
                throw new ProtocolException(Violation.TRUNCATED, "string longer than what is left at offset " + start);
            }
        }
        if (first == '0' && at - start > 1) {
            throw malformed("string", start);
        }
        at++;
        if (length > end - at) {
            throw new ProtocolException(Violation.TRUNCATED, "string longer than what is left at offset " + start);
        }
        stringAt = at;
        stringLength = length;
        at += length;
    }

    long integer() throws ProtocolException {
        int start = at;
        if (peek() != 'i') {
            throw malformed("integer", start);
        }
        at++;
        boolean negative = peek() == '-';
        if (negative) {
            at++;
        }
        int first = at;
        long value = 0; // kept negative, since that range is the larger
        while (peek() != 'e') {
            int digit = in[at] - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                throw malformed("integer", start);
            }
            value = value * 10 - digit;
            at++;
        }
        int digits = at - first;
        if (digits == 0 || (in[first] == '0' && (digits > 1 || negative)) || (!negative && value == Long.MIN_VALUE)) {
            throw malformed("integer", start);
        }
        at++;
        return negative ? value : -value;
    }

    /// Passes one value of any kind.
    void skip() throws ProtocolException {
        int depth = 0;
        boolean keyNext = false;
        do {
            int next = peek();
            if (depth > 0 && next == 'e') {
                if (keyAt[depth - 1] != LIST && !keyNext) {
                    throw malformed("value", at);
                }
                at++;
                depth--;
                keyNext = depth > 0 && keyAt[depth - 1] != LIST;
            } else if (keyNext) {
                key(depth - 1);
                keyNext = false;
            } else if (next == 'l' || next == 'd') {
                if (depth == MAX_DEPTH) {
                    throw new ProtocolException(
                            Violation.LIMIT_EXCEEDED, "deeper than " + MAX_DEPTH + " levels at offset " + at);
                }
                at++;
                keyAt[depth++] = next == 'l' ? LIST : NO_KEY;
                keyNext = next == 'd';
            } else {
                if (next == 'i') {
                    integer();
                } else {
                    string();
                }
                keyNext = depth > 0 && keyAt[depth - 1] != LIST;
            }
        } while (depth > 0);
    }

    private void key(int level) throws ProtocolException {
        int start = at;
        string();
        if (keyAt[level] >= 0) {
            int order = compareStrings(keyAt[level], keyLength[level], stringAt, stringLength);
            if (order == 0) {
                throw new ProtocolException(Violation.MALFORMED, "repeated key at offset " + start);
            }
            unsorted |= order > 0;
        }
        keyAt[level] = stringAt;
        keyLength[level] = stringLength;
    }

    /// Compares two strings of the input as unsigned bytes.
    int compareStrings(int aAt, int aLength, int bAt, int bLength) {
        return java.util.Arrays.compareUnsigned(in, aAt, aAt + aLength, in, bAt, bAt + bLength);
    }

    private static ProtocolException malformed(String what, int offset) {
        return new ProtocolException(Violation.MALFORMED, "no well-formed " + what + " at offset " + offset);
    }
}
