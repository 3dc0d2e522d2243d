package dev.jackdaw.peer.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.fuzz.Bounds;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// What servers answer.
class HttpFuzzTest {
    @FuzzTest
    void answer(byte[] input) {
        Bounds.hold(() -> {
            InputStream in = new ByteArrayInputStream(input);
            new HttpBody(in, HttpHead.read(in)).readAllBytes();
        });
    }

    @FuzzTest
    void url(byte[] input) {
        Bounds.hold(() -> HttpUrl.parse(new String(input, UTF_8)));
    }
}
