package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    private static String printed(JsonLine line) {
        var out = new ByteArrayOutputStream();
        line.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void isOneLineWithPropertiesInTheOrderOfWriting() {
        assertEquals(
                "{\"event\":\"x\",\"bytes\":9007199254740993,\"done\":true,\"ratio\":0.3333,\"names\":[\"a\",\"b\"]}\n",
                printed(JsonLine.event("x")
                        .with("bytes", 9007199254740993L)
                        .with("done", true)
                        .with("ratio", 1 / 3.0)
                        .with("names", List.of("a", "b"))));
    }

    @Test
    void isAsciiWhateverTheTextHolds() {
        assertEquals(
                "{\"name\":\"\\u00FC\\u001B[0m\\n\\uD83D\\uDE00\\\"\"}\n",
                printed(new JsonLine().with("name", "ü\u001b[0m\n\ud83d\ude00\"")));
    }

    @Test
    void holdsListsOfObjects() {
        assertEquals("{\"files\":[{\"path\":\"p\"},[1]]}\n", printed(new JsonLine().withList("files", list -> {
                    list.writeStartObject();
                    list.writeStringProperty("path", "p");
                    list.writeEndObject();
                    list.writeStartArray();
                    list.writeNumber(1);
                    list.writeEndArray();
                })));
    }
}
