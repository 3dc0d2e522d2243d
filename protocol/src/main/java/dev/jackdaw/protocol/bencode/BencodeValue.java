package dev.jackdaw.protocol.bencode;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A bencoded value (BEP 3, "bencoding"). Strings are bytes; whoever knows that one is text decodes it.
public sealed interface BencodeValue {
    /// A byte string. The array is shared, not copied: whoever holds it must not write to it.
    record ByteString(byte[] bytes) implements BencodeValue {
        public static ByteString of(String text) {
            return new ByteString(text.getBytes(StandardCharsets.UTF_8));
        }

        /// The bytes as UTF-8, malformed sequences replaced.
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ByteString(byte[] that) && Arrays.equals(bytes, that);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return bytes.length + ":" + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 20));
        }
    }

    /// An integer in the range of `long`.
    record Int(long value) implements BencodeValue {}

    /// A list.
    record Items(List<BencodeValue> values) implements BencodeValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /// A dictionary. Keys are bytes kept as ISO 8859-1 strings, so that every byte has its character and the order of
    /// strings is the order of bytes.
    ///
    /// The typed getters are empty where the key is absent and fail where the value is of another type.
    final class Dictionary implements BencodeValue {
        private final Map<String, BencodeValue> entries;
        private final Map<String, Span> spans;

        Dictionary(Map<String, BencodeValue> entries, Map<String, Span> spans) {
            this.entries = Collections.unmodifiableMap(entries);
            this.spans = spans;
        }

        /// A dictionary to be written; any order of iteration, it is sorted when written.
        public static Dictionary of(Map<String, BencodeValue> entries) {
            return new Dictionary(new LinkedHashMap<>(entries), Map.of());
        }

        /// In the order in which they were read.
        public Map<String, BencodeValue> entries() {
            return entries;
        }

        public Optional<BencodeValue> get(String key) {
            return Optional.ofNullable(entries.get(key));
        }

        /// Where the key's value stood in the bytes it was read from: only known for dictionaries that were read, and
        /// there only for values that are dictionaries. This is how an info-hash is taken over original bytes.
        public Optional<Span> span(String key) {
            return Optional.ofNullable(spans.get(key));
        }

        public OptionalLong integer(String key) throws ProtocolException {
            return switch (entries.get(key)) {
                case null -> OptionalLong.empty();
                case Int(long value) -> OptionalLong.of(value);
                case BencodeValue other -> throw mistyped(key, "an integer", other);
            };
        }

        public Optional<byte[]> bytes(String key) throws ProtocolException {
            return switch (entries.get(key)) {
                case null -> Optional.empty();
                case ByteString(byte[] bytes) -> Optional.of(bytes);
                case BencodeValue other -> throw mistyped(key, "a string", other);
            };
        }

        /// The string as UTF-8, malformed sequences replaced.
        public Optional<String> text(String key) throws ProtocolException {
            return bytes(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
        }

        public Optional<List<BencodeValue>> list(String key) throws ProtocolException {
            return switch (entries.get(key)) {
                case null -> Optional.empty();
                case Items(List<BencodeValue> values) -> Optional.of(values);
                case BencodeValue other -> throw mistyped(key, "a list", other);
            };
        }

        public Optional<Dictionary> dictionary(String key) throws ProtocolException {
            return switch (entries.get(key)) {
                case null -> Optional.empty();
                case Dictionary dictionary -> Optional.of(dictionary);
                case BencodeValue other -> throw mistyped(key, "a dictionary", other);
            };
        }

        private static ProtocolException mistyped(String key, String expected, BencodeValue seen) {
            String kind = switch (seen) {
                case ByteString s -> "a string";
                case Int i -> "an integer";
                case Items l -> "a list";
                case Dictionary d -> "a dictionary";
            };
            return new ProtocolException(Violation.BAD_VALUE, "\"" + key + "\" is " + kind + ", expected " + expected);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Dictionary that && entries.equals(that.entries);
        }

        @Override
        public int hashCode() {
            return entries.hashCode();
        }

        @Override
        public String toString() {
            return entries.toString();
        }
    }

    /// The bytes `start` (inclusive) to `end` (exclusive) of an input.
    record Span(int start, int end) {
        public int length() {
            return end - start;
        }
    }
}
