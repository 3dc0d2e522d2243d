package dev.jackdaw.gui.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
    private static List<String> inOrder(String... names) {
        return Stream.of(names).sorted(Comparator.comparing(NaturalOrder::key)).toList();
    }

    @Test
    void countsNumbersRatherThanTheirDigits() {
        assertEquals(
                List.of("part 1", "part 2", "part 10", "part 100", "part b"),
                inOrder("part 100", "part 10", "part b", "part 2", "part 1"));
    }

    @Test
    void readsLeadingZerosAsNothing() {
        assertEquals(List.of("e0", "e01", "e2", "e010"), inOrder("e010", "e2", "e0", "e01"));
    }

    @Test
    void putsAccentsAndCapitalsBesideTheirLetters() {
        assertEquals(
                List.of("Apfel", "Ärger", "arktis", "Über", "Ufer", "Яблоко"),
                inOrder("Яблоко", "Ufer", "Über", "arktis", "Ärger", "Apfel"));
    }

    @Test
    void leavesLongRunsOfDigitsAlone() {
        String hash = "9".repeat(41);

        assertEquals(List.of("1", "12", hash, "a"), inOrder("a", hash, "12", "1"));
    }
}
