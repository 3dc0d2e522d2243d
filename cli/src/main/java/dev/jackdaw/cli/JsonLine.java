package dev.jackdaw.cli;

import java.io.PrintStream;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// One JSON object, printed as one line of ASCII: text from torrents cannot reach the terminal unescaped.
///
/// `docs/cli.md` describes the objects.
final class JsonLine {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final StringWriter text = new StringWriter();
    private final JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text);

    JsonLine() {
        json.writeStartObject();
    }

    /// An object whose `event` tells what it is about.
    static JsonLine event(String event) {
        return new JsonLine().with("event", event);
    }

    JsonLine with(String name, String value) {
        json.writeStringProperty(name, value);
        return this;
    }

    JsonLine with(String name, long value) {
        json.writeNumberProperty(name, value);
        return this;
    }

    /// With at most four decimals.
    JsonLine with(String name, double value) {
        json.writeNumberProperty(name, Math.round(value * 10_000) / 10_000.0);
        return this;
    }

    JsonLine with(String name, boolean value) {
        json.writeBooleanProperty(name, value);
        return this;
    }

    JsonLine with(String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
        return this;
    }

    /// Begins a list of objects, of lists or of numbers, which `write` fills.
    JsonLine withList(String name, java.util.function.Consumer<JsonGenerator> write) {
        json.writeArrayPropertyStart(name);
        write.accept(json);
        json.writeEndArray();
        return this;
    }

    void print(PrintStream out) {
        json.writeEndObject();
        json.close();
        out.println(text);
    }
}
