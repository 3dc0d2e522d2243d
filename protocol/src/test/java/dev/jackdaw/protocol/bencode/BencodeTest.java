package dev.jackdaw.protocol.bencode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dampcake.bencode.Type;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.ProtocolException.Violation;
import dev.jackdaw.protocol.bencode.BencodeValue.ByteString;
import dev.jackdaw.protocol.bencode.BencodeValue.Dictionary;
import dev.jackdaw.protocol.bencode.BencodeValue.Int;
import dev.jackdaw.protocol.bencode.BencodeValue.Items;
import dev.jackdaw.protocol.bencode.BencodeValue.Span;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BencodeTest {
    private static final BencodeLimits STRICT = new BencodeLimits(1 << 20, 16, 10_000, false, false);

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static BencodeValue read(String text) throws ProtocolException {
        return Bencode.read(latin1(text), STRICT);
    }

    private static ProtocolException refused(String text, BencodeLimits limits) {
        return assertThrows(ProtocolException.class, () -> Bencode.read(latin1(text), limits));
    }

    @Test
    void readsEveryKindOfValue() throws ProtocolException {
        assertEquals(new Int(42), read("i42e"));
        assertEquals(ByteString.of("spam"), read("4:spam"));
        assertEquals(ByteString.of(""), read("0:"));
        assertEquals(new Items(List.of(ByteString.of("a"), new Int(0), new Items(List.of()))), read("l1:ai0elee"));
        assertEquals(Dictionary.of(Map.of("", new Int(1), "b", Dictionary.of(Map.of()))), read("d0:i1e1:bdee"));
        assertArrayEquals(new byte[] {(byte) 0xff, 0}, ((ByteString) read("2:\u00ff\0")).bytes());
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, -1, 9, -10, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -Long.MAX_VALUE})
    void readsIntegersOfTheWholeRange(long value) throws ProtocolException {
        assertEquals(new Int(value), read("i" + value + "e"));
        assertArrayEquals(latin1("i" + value + "e"), BencodeWriter.write(new Int(value)));
    }

    @ParameterizedTest
    @CsvSource({
        "'',TRUNCATED",
        "i,TRUNCATED",
        "i-,TRUNCATED",
        "i5,TRUNCATED",
        "1,TRUNCATED",
        "1:,TRUNCATED",
        "3:ab,TRUNCATED",
        "l,TRUNCATED",
        "li1e,TRUNCATED",
        "d,TRUNCATED",
        "d1:a,TRUNCATED",
        "d1:ai1e,TRUNCATED",
        "d1:,TRUNCATED",
        "ie,MALFORMED",
        "i-e,MALFORMED",
        "i-0e,MALFORMED",
        "i007e,MALFORMED",
        "i00e,MALFORMED",
        "i-01e,MALFORMED",
        "i+1e,MALFORMED",
        "i 1e,MALFORMED",
        "i1.0e,MALFORMED",
        "i1-e,MALFORMED",
        "i--1e,MALFORMED",
        "i0x1e,MALFORMED",
        "00:,MALFORMED",
        "01:a,MALFORMED",
        "-1:a,MALFORMED",
        "1;a,MALFORMED",
        ":,MALFORMED",
        "e,MALFORMED",
        "x,MALFORMED",
        "i1ei2e,MALFORMED",
        "4:spamx,MALFORMED",
        "dee,MALFORMED",
        "d1:ae,MALFORMED",
        "d1:ai1e1:be,MALFORMED",
        "di1ei2ee,MALFORMED",
        "dlee,MALFORMED",
        "ddee,MALFORMED",
        "d1:ai1e1:ai2ee,MALFORMED",
        "d1:bi1e1:ai2ee,MALFORMED",
        "d1:ai1e0:i2ee,MALFORMED",
        "i9223372036854775808e,LIMIT_EXCEEDED",
        "i-9223372036854775809e,LIMIT_EXCEEDED",
        "i18446744073709551615e,LIMIT_EXCEEDED",
        "i99999999999999999999999999999999999e,LIMIT_EXCEEDED",
        "2147483648:,TRUNCATED",
        "9999999999:,TRUNCATED",
        "18446744073709551617:a,LIMIT_EXCEEDED",
    })
    void refusesWhatHasNotItsOneForm(String text, Violation violation) {
        assertEquals(violation, refused(text, STRICT).violation());
    }

    @Test
    void refusesLargeNumbersOfDigitsWithoutReadingThemAll() {
        assertEquals(
                Violation.LIMIT_EXCEEDED,
                refused("i" + "9".repeat(1_000_000), STRICT).violation());
        assertEquals(
                Violation.LIMIT_EXCEEDED, refused("9".repeat(1_000_000), STRICT).violation());
    }

    @Test
    void boundsDepthSizeAndNumberOfValues() throws ProtocolException {
        read("l".repeat(16) + "e".repeat(16));
        assertEquals(
                Violation.LIMIT_EXCEEDED,
                refused("l".repeat(17) + "e".repeat(17), STRICT).violation());
        assertEquals(
                Violation.LIMIT_EXCEEDED, refused("d1:a".repeat(17), STRICT).violation());
        assertEquals(
                Violation.LIMIT_EXCEEDED, refused("l".repeat(1_000_000), STRICT).violation());

        read("l" + "le".repeat(9_999) + "e");
        assertEquals(
                Violation.LIMIT_EXCEEDED,
                refused("l" + "le".repeat(10_000) + "e", STRICT).violation());
        StringBuilder keys = new StringBuilder("d");
        for (int i = 0; i < 5_000; i++) {
            keys.append("4:").append(1_000 + i).append("0:");
        }
        assertEquals(Violation.LIMIT_EXCEEDED, refused(keys + "e", STRICT).violation(), "keys count");

        BencodeLimits small = STRICT.withMaxBytes(6);
        Bencode.read(latin1("4:spam"), small);
        assertEquals(Violation.LIMIT_EXCEEDED, refused("5:spams", small).violation());
    }

    @Test
    void toleratesUnsortedKeysOnlyWhereAllowed() throws ProtocolException {
        Dictionary unsorted = Bencode.readDictionary(latin1("d1:bi1e1:ai2ee"), BencodeLimits.METAINFO);

        assertEquals(List.of("b", "a"), List.copyOf(unsorted.entries().keySet()));
        assertEquals(
                Violation.MALFORMED,
                refused("d1:bi1e1:ai2e1:bi3ee", BencodeLimits.METAINFO).violation());
    }

    @Test
    void readsAValueBeforeOtherBytesOnlyWhereAllowed() throws ProtocolException {
        byte[] message = latin1("xxd8:msg_typei1eerest");

        Bencode.Result result = Bencode.read(message, 2, message.length, STRICT.withTrailing());

        assertEquals(message.length - 4, result.end());
        assertEquals(Dictionary.of(Map.of("msg_type", new Int(1))), result.value());
        assertThrows(ProtocolException.class, () -> Bencode.read(message, 2, message.length, STRICT));
        assertThrows(ProtocolException.class, () -> Bencode.read(message, 2, 10, STRICT.withTrailing()));
    }

    @Test
    void remembersWhereDictionariesStood() throws ProtocolException {
        String text = "d1:ai1e1:bd1:cdee1:dle1:e1:de";

        Dictionary dictionary = Bencode.readDictionary(latin1(text), STRICT);

        assertEquals(Optional.of(new Span(10, 17)), dictionary.span("b"));
        assertEquals("d1:cdee", text.substring(10, 17));
        assertEquals(7, dictionary.span("b").orElseThrow().length());
        assertEquals(
                Optional.of(new Span(14, 16)),
                dictionary.dictionary("b").orElseThrow().span("c"));
        assertEquals(Optional.empty(), dictionary.span("a"));
        assertEquals(Optional.empty(), dictionary.span("e"));
    }

    @Test
    void givesTypedAccessThatSaysWhatIsWrong() throws ProtocolException {
        Dictionary dictionary = Bencode.readDictionary(latin1("d1:dde1:ii7e1:lle1:s2:\u00c3\u00a9e"), STRICT);

        assertEquals(OptionalLong.of(7), dictionary.integer("i"));
        assertEquals(Optional.of("é"), dictionary.text("s"));
        assertEquals(Optional.of(List.of()), dictionary.list("l"));
        assertEquals(Optional.of(Dictionary.of(Map.of())), dictionary.dictionary("d"));
        assertEquals(OptionalLong.empty(), dictionary.integer("x"));
        assertEquals(Optional.empty(), dictionary.bytes("x"));
        assertEquals(
                "\"i\" is an integer, expected a string",
                assertThrows(ProtocolException.class, () -> dictionary.bytes("i"))
                        .getMessage());
        assertEquals(
                "\"d\" is a dictionary, expected an integer",
                assertThrows(ProtocolException.class, () -> dictionary.integer("d"))
                        .getMessage());
        assertEquals(
                "\"l\" is a list, expected a dictionary",
                assertThrows(ProtocolException.class, () -> dictionary.dictionary("l"))
                        .getMessage());
        assertEquals(
                "\"s\" is a string, expected a list",
                assertThrows(ProtocolException.class, () -> dictionary.list("s"))
                        .getMessage());
        assertThrows(ProtocolException.class, () -> Bencode.readDictionary(latin1("le"), STRICT));
    }

    @Test
    void writesKeysInTheOrderOfTheirBytes() {
        Map<String, BencodeValue> entries = new LinkedHashMap<>();
        for (String key : List.of("b", "\u00ff", "a", "", "aa", "B")) {
            entries.put(key, new Int(1));
        }

        assertArrayEquals(
                latin1("d0:i1e1:Bi1e1:ai1e2:aai1e1:bi1e1:\u00ffi1ee"), BencodeWriter.write(Dictionary.of(entries)));
    }

    @Test
    void readsWhatItWrites() throws ProtocolException {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 2_000; round++) {
            BencodeValue value = randomValue(random, 5);
            byte[] bytes = BencodeWriter.write(value);

            assertEquals(value, Bencode.read(bytes, STRICT));
            assertArrayEquals(bytes, BencodeWriter.write(Bencode.read(bytes, STRICT)));
        }
    }

    @Test
    void agreesWithAnIndependentImplementation() throws ProtocolException {
        var oracle = new com.dampcake.bencode.Bencode(StandardCharsets.ISO_8859_1, true);
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 0; round < 1_000; round++) {
            BencodeValue value = Dictionary.of(Map.of("v", randomValue(random, 4)));

            byte[] theirs = oracle.encode((Map<?, ?>) plain(value));
            byte[] ours = BencodeWriter.write(value);

            assertArrayEquals(theirs, ours);
            assertEquals(plain(value), plain(oracle.decode(ours, Type.DICTIONARY)));
            assertEquals(value, Bencode.read(theirs, STRICT));
        }
    }

    @Test
    void failsOnlyWithProtocolExceptionAndWithinTheLimitsOnMutatedInput() throws ProtocolException {
        SplittableRandom random = new SplittableRandom(3);
        BencodeLimits limits = new BencodeLimits(10_000, 6, 200, true, false);
        int accepted = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = BencodeWriter.write(randomValue(random, 4));
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte)
                        (random.nextInt(4) == 0 ? random.nextInt(256) : "0123456789dlei:-".charAt(random.nextInt(16)));
            }
            try {
                BencodeValue value = Bencode.read(bytes, limits);
                accepted++;
                if (value.equals(sortedCopy(value))) {
                    assertEquals(bytes.length, BencodeWriter.write(value).length, "one form only");
                }
            } catch (ProtocolException e) {
                assertTrue(e.getMessage().length() < 200, e.getMessage());
            }
        }
        assertTrue(accepted > 1_000, accepted + " accepted");
    }

    private static BencodeValue sortedCopy(BencodeValue value) throws ProtocolException {
        return Bencode.read(BencodeWriter.write(value), BencodeLimits.METAINFO);
    }

    @Test
    void failsWhereverItIsCut() {
        byte[] whole = latin1("d1:ad1:bli-12e3:xyzdeee1:c0:e");
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertEquals(
                    Violation.TRUNCATED,
                    assertThrows(ProtocolException.class, () -> Bencode.read(cut, STRICT))
                            .violation());
        }
    }

    private static BencodeValue randomValue(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 2 : 4)) {
            case 0 -> new Int(random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(-20, 20));
            case 1 -> {
                byte[] bytes = new byte[random.nextInt(12)];
                random.nextBytes(bytes);
                yield new ByteString(bytes);
            }
            case 2 -> {
                List<BencodeValue> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(randomValue(random, depth - 1));
                }
                yield new Items(values);
            }
            default -> {
                Map<String, BencodeValue> entries = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    entries.put(Character.toString(random.nextInt(256)) + i, randomValue(random, depth - 1));
                }
                yield Dictionary.of(entries);
            }
        };
    }

    /// The value in the library's terms, arrays of bytes as buffers, which can be compared.
    private static Object plain(Object value) {
        return switch (value) {
            case Int(long number) -> number;
            case ByteString(byte[] bytes) -> ByteBuffer.wrap(bytes);
            case Items(List<BencodeValue> values) ->
                values.stream().map(BencodeTest::plain).toList();
            case Dictionary dictionary -> {
                Map<String, Object> map = new TreeMap<>();
                dictionary.entries().forEach((key, entry) -> map.put(key, plain(entry)));
                yield map;
            }
            case List<?> list -> list.stream().map(BencodeTest::plain).toList();
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, entry) -> sorted.put((String) key, plain(entry)));
                yield sorted;
            }
            case ByteBuffer buffer -> buffer;
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            default -> value;
        };
    }
}
