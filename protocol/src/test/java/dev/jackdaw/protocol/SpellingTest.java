package dev.jackdaw.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpellingTest {
    private static final List<String> KNOWN = List.of("interval", "min-interval", "udp", "http");

    @Test
    void findsTheWordThatWasMeant() {
        assertEquals(Optional.of("interval"), Spelling.nearest("intervall", KNOWN));
        assertEquals(Optional.of("min-interval"), Spelling.nearest("minInterval", KNOWN));
        assertEquals(Optional.of("http"), Spelling.nearest("htp", KNOWN));
    }

    @Test
    void doesNotGuessWildly() {
        assertEquals(Optional.empty(), Spelling.nearest("snapshot", KNOWN));
        assertEquals(Optional.empty(), Spelling.nearest("", KNOWN));
        assertEquals(Optional.empty(), Spelling.nearest("udp", List.of()));
    }
}
