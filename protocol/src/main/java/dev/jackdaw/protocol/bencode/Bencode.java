package dev.jackdaw.protocol.bencode;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeValue.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The strict reader of bencoded bytes from outside (BEP 3).
///
/// It works on an index into the input and keeps its own stack, so neither depth nor a claimed length costs anything
/// before it was checked. Refused are leading zeros, `-0`, empty numbers, numbers beyond `long`, strings that end after
/// the input, keys that are not strings, repeated keys, and everything over a [BencodeLimits].
public final class Bencode {
    /// Digits of a string's length; an input is shorter than 2^31.
    private static final int MAX_LENGTH_DIGITS = 10;

    private final byte[] in;
    private final int end;
    private final BencodeLimits limits;
    private int at;
    private int values;

    private Bencode(byte[] in, int from, int to, BencodeLimits limits) {
        this.in = in;
        this.at = from;
        this.end = to;
        this.limits = limits;
    }

    /// A value, and the offset after its last byte.
    public record Result(BencodeValue value, int end) {}

    /// Reads the one value that `in` consists of.
    public static BencodeValue read(byte[] in, BencodeLimits limits) throws ProtocolException {
        return read(in, 0, in.length, limits).value();
    }

    /// Reads the one value that `in` consists of, which must be a dictionary.
    public static Dictionary readDictionary(byte[] in, BencodeLimits limits) throws ProtocolException {
        if (read(in, limits) instanceof Dictionary dictionary) {
            return dictionary;
        }
        throw new ProtocolException(Violation.BAD_VALUE, "not a dictionary");
    }

    /// Reads one value from the bytes `from` (inclusive) to `to` (exclusive) of `in`.
    public static Result read(byte[] in, int from, int to, BencodeLimits limits) throws ProtocolException {
        if (to - from > limits.maxBytes()) {
            throw new ProtocolException(
                    Violation.LIMIT_EXCEEDED, (to - from) + " bytes, the limit is " + limits.maxBytes());
        }
        Bencode reader = new Bencode(in, from, to, limits);
        BencodeValue value = reader.readValue();
        if (reader.at < to && !limits.trailing()) {
            throw new ProtocolException(Violation.MALFORMED, (to - reader.at) + " bytes after the end of the value");
        }
        return new Result(value, reader.at);
    }

    /// A list or dictionary of which the end was not reached yet.
    private sealed interface Open {
        /// Takes the next value, which stood at `start` … `end`.
        void add(BencodeValue value, int start, int end);

        BencodeValue close();

        /// Where its own first byte is.
        int start();
    }

    private record OpenList(int start, List<BencodeValue> values) implements Open {
        OpenList(int start) {
            this(start, new ArrayList<>());
        }

        @Override
        public void add(BencodeValue value, int valueStart, int valueEnd) {
            values.add(value);
        }

        @Override
        public BencodeValue close() {
            return new Items(values);
        }
    }

    private static final class OpenDictionary implements Open {
        private final int start;
        private final Map<String, BencodeValue> entries = new LinkedHashMap<>();
        private Map<String, Span> spans = Map.of();
        /// The key whose value comes next; before the first one it is the least key, which every other follows.
        private String key = "";

        OpenDictionary(int start) {
            this.start = start;
        }

        @Override
        public void add(BencodeValue value, int valueStart, int valueEnd) {
            entries.put(key, value);
            if (value instanceof Dictionary) {
                if (spans.isEmpty()) {
                    spans = new HashMap<>();
                }
                spans.put(key, new Span(valueStart, valueEnd));
            }
        }

        @Override
        public BencodeValue close() {
            // Millions of tiny dictionaries must not weigh what as many hash tables do.
            return new Dictionary(entries.size() <= 1 ? Map.copyOf(entries) : entries, Map.copyOf(spans));
        }

        @Override
        public int start() {
            return start;
        }
    }

    private BencodeValue readValue() throws ProtocolException {
        ArrayDeque<Open> stack = new ArrayDeque<>();
        while (true) {
            BencodeValue value;
            int start;
            if (!stack.isEmpty() && peek() == 'e') {
                at++;
                Open closed = stack.pop();
                start = closed.start();
                value = closed.close();
            } else {
                if (stack.peek() instanceof OpenDictionary dictionary) {
                    readKey(dictionary);
                }
                start = at;
                byte next = peek();
                count();
                if (next == 'l' || next == 'd') {
                    if (stack.size() == limits.maxDepth()) {
                        throw new ProtocolException(
                                Violation.LIMIT_EXCEEDED,
                                "deeper than " + limits.maxDepth() + " levels" + atOffset(at));
                    }
                    stack.push(next == 'd' ? new OpenDictionary(at) : new OpenList(at));
                    at++;
                    continue;
                }
                value = next == 'i' ? new Int(readInteger()) : new ByteString(readString());
            }
            if (stack.isEmpty()) {
                return value;
            }
            stack.element().add(value, start, at);
        }
    }

    private void readKey(OpenDictionary dictionary) throws ProtocolException {
        int start = at;
        if (peek() < '0' || peek() > '9') {
            throw new ProtocolException(Violation.MALFORMED, "key that is not a string" + atOffset(at));
        }
        count();
        String key = new String(readString(), StandardCharsets.ISO_8859_1);
        if (dictionary.entries.containsKey(key)) {
            throw new ProtocolException(Violation.MALFORMED, "repeated key" + atOffset(start));
        }
        if (!limits.anyOrder() && dictionary.key.compareTo(key) > 0) {
            throw new ProtocolException(Violation.MALFORMED, "keys out of order" + atOffset(start));
        }
        dictionary.key = key;
        if (at < end && in[at] == 'e') {
            throw new ProtocolException(Violation.MALFORMED, "key without a value" + atOffset(start));
        }
    }

    private long readInteger() throws ProtocolException {
        int start = at++;
        boolean negative = peek() == '-';
        if (negative) {
            at++;
        }
        int first = at;
        long value = 0;
        while (peek() != 'e') {
            int digit = digit();
            if (value < (Long.MIN_VALUE + digit) / 10) {
                throw new ProtocolException(Violation.LIMIT_EXCEEDED, "integer beyond 64 bits" + atOffset(start));
            }
            value = value * 10 - digit; // kept negative, since that range is the larger
        }
        int digits = at - first;
        if (digits == 0 || (in[first] == '0' && (digits > 1 || negative))) {
            throw new ProtocolException(Violation.MALFORMED, "integer not in its one form" + atOffset(start));
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw new ProtocolException(Violation.LIMIT_EXCEEDED, "integer beyond 64 bits" + atOffset(start));
        }
        at++;
        return negative ? value : -value;
    }

    private byte[] readString() throws ProtocolException {
        int start = at;
        if (peek() < '0' || peek() > '9') {
            throw new ProtocolException(Violation.MALFORMED, "unexpected byte " + (peek() & 0xff) + atOffset(at));
        }
        long length = 0;
        while (peek() != ':') {
            length = length * 10 + digit();
            if (at - start > MAX_LENGTH_DIGITS) {
                throw new ProtocolException(Violation.LIMIT_EXCEEDED, "string length too long" + atOffset(start));
            }
        }
        if (at - start > 1 && in[start] == '0') {
            throw new ProtocolException(Violation.MALFORMED, "string length with a leading zero" + atOffset(start));
        }
        at++;
        if (length > end - at) {
            throw new ProtocolException(
                    Violation.TRUNCATED,
                    "string of " + length + " bytes where " + (end - at) + " are left" + atOffset(start));
        }
        byte[] bytes = Arrays.copyOfRange(in, at, at + (int) length);
        at += (int) length;
        return bytes;
    }

    private int digit() throws ProtocolException {
        byte digit = peek();
        if (digit < '0' || digit > '9') {
            throw new ProtocolException(Violation.MALFORMED, "byte " + (digit & 0xff) + " in a number" + atOffset(at));
        }
        at++;
        return digit - '0';
    }

    private byte peek() throws ProtocolException {
        if (at >= end) {
            throw new ProtocolException(Violation.TRUNCATED, "ends inside a value" + atOffset(at));
        }
        return in[at];
    }

    private void count() throws ProtocolException {
        if (++values > limits.maxValues()) {
            throw new ProtocolException(Violation.LIMIT_EXCEEDED, "more than " + limits.maxValues() + " values");
        }
    }

    private static String atOffset(int offset) {
        return " at offset " + offset;
    }
}
