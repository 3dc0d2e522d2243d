package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentValuesTest {
    @Nested
    class Sizes {
        @ParameterizedTest
        @CsvSource({
            "0, 0",
            "4096, 4096",
            "1K, 1024",
            "500k, 512000",
            "1.5M, 1572864",
            "2GiB, 2147483648",
            "2 MB, 2097152",
            "3T, 3298534883328",
            "2M/s, 2097152"
        })
        void areBytesOrPowersOf1024(String text, long bytes) {
            assertEquals(bytes, ByteSize.parse(text).bytes());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "K", "-1", "1.K", "1X", "1e3", "0x10", "9999999P", "1,5M", "١"})
        void thatAreNoneAreRefusedWithAnExample(String text) {
            assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
        }
    }

    @Nested
    class Durations {
        @ParameterizedTest
        @CsvSource({"90s, 90", "45m, 2700", "2h, 7200", "1d12h, 129600", "1h30m5s, 5405", "10, 600", "0s, 0"})
        void combineUnits(String text, long seconds) {
            assertEquals(Duration.ofSeconds(seconds), DurationText.parse(text));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "s", "5x", "-5m", "1m1h", "1.5h", "99999999999999s"})
        void thatAreNoneAreRefused(String text) {
            assertThrows(IllegalArgumentException.class, () -> DurationText.parse(text));
        }

        @ParameterizedTest
        @CsvSource({"500, 0.5 s", "42000, 42 s", "185000, 3 min 5 s", "7800000, 2 h 10 min", "442800000, 5 d 3 h"})
        void areShownWithTwoUnits(long millis, String shown) {
            assertEquals(shown, DurationText.show(Duration.ofMillis(millis)));
        }

        @ParameterizedTest
        @CsvSource({"31, 0:31", "725, 12:05", "7664, 2:07:44", "777600, 9 d", "99999999, >99 d"})
        void leftAreShownAsAClock(long seconds, String shown) {
            assertEquals(shown, DurationText.clock(Duration.ofSeconds(seconds)));
        }
    }

    @Nested
    class Selections {
        @Test
        void areIndexesAndRanges() {
            assertEquals(
                    List.of(0, 2, 5, 6, 7),
                    List.copyOf(FileSelection.parse("5-7, 0,2,5").indexes()));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a", "1,", "3-1", "-1", "1-", "0-999999999", "99999999999"})
        void thatAreNoneAreRefused(String text) {
            assertThrows(IllegalArgumentException.class, () -> FileSelection.parse(text));
        }

        @Test
        void beyondTheLastFileAreRefusedByName() {
            var failure = assertThrows(
                    CommandFailure.class, () -> FileSelection.parse("3").checkAgainst(3, "photos"));

            assertEquals("--select: photos has no file 3, only 0 to 2; see 'jackdaw show'", failure.getMessage());
        }
    }

    @Nested
    class Peers {
        @Test
        void haveAHostAndAPort() {
            assertEquals(
                    "127.0.0.1:6881",
                    PeerArgument.parse("127.0.0.1:6881").resolve().getFirst().toString());
            assertTrue(PeerArgument.parse("[::1]:1").resolve().getFirst().v6());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "host", "host:", ":1", "host:0", "host:65536", "::1:6881", "ho st:1", "[::1]"})
        void thatAreNoneAreRefused(String text) {
            assertThrows(IllegalArgumentException.class, () -> PeerArgument.parse(text));
        }
    }

    @Nested
    class Amounts {
        @ParameterizedTest
        @CsvSource({
            "0, 0 B",
            "1023, 1023 B",
            "1024, 1.00 KiB",
            "16384, 16.0 KiB",
            "1048575, 1.00 MiB",
            "694157312, 662 MiB",
            "9223372036854775807, 8.00 EiB"
        })
        void haveThreeDigits(long bytes, String shown) {
            assertEquals(shown, Amount.bytes(bytes));
        }

        @ParameterizedTest
        @CsvSource({"0, 0 %", "0.00001, 0.0 %", "0.41349, 41.3 %", "0.99999, 99.9 %", "1, 100 %"})
        void areWholeOnlyWhenNothingIsMissing(double share, String shown) {
            assertEquals(shown, Amount.percent(share));
        }
    }

    @Test
    void piecesAreListedAsRanges() {
        assertEquals("3, 5-9, 12", PieceRanges.of(List.of(3, 5, 6, 7, 8, 9, 12)));
        assertEquals("", PieceRanges.of(List.of()));
    }

    @Test
    void manyRangesOfPiecesAreCounted() {
        List<Integer> odd =
                java.util.stream.IntStream.range(0, 100).map(i -> 2 * i).boxed().toList();

        assertTrue(PieceRanges.of(odd).endsWith("38, and 80 more"), PieceRanges.of(odd));
    }
}
