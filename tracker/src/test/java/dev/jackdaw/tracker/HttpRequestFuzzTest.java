package dev.jackdaw.tracker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.fuzz.Bounds;
import dev.jackdaw.tracker.HttpRequest.Outcome;
import java.nio.ByteBuffer;

/// What the tracker's HTTP clients send.
class HttpRequestFuzzTest {
    private static final byte[] ANNOUNCE = "announce".getBytes(US_ASCII);

    private final HttpRequest whole = new HttpRequest();
    private final HttpRequest split = new HttpRequest();

    /// Requests one after another, as many as the buffer has. Each is understood only within its own bytes, and the
    /// same whether it arrived at once or in two reads.
    @FuzzTest
    void head(byte[] input) {
        Bounds.hold(() -> {
            ByteBuffer in = ByteBuffer.wrap(input);
            while (true) {
                int start = in.position();
                int part = start + (in.remaining() == 0 ? 0 : (input[start] & 0xff) * in.remaining() / 256);
                Outcome early = split.read(in.duplicate().limit(part));
                if (whole.read(in) != Outcome.COMPLETE) {
                    if (early == Outcome.COMPLETE || in.position() != start) {
                        throw new AssertionError("taken for a request in one read and not in the other");
                    }
                    return;
                }
                inBounds(start, in.position());
                if (early != Outcome.INCOMPLETE && early != Outcome.COMPLETE) {
                    throw new AssertionError("refused as " + early + " when it came in two reads");
                }
                if (early == Outcome.COMPLETE && !whole.path().equals(split.path())) {
                    throw new AssertionError("another path when it came in two reads");
                }
            }
        });
    }

    private void inBounds(int start, int end) {
        if (whole.pathStart() < start
                || whole.pathEnd() < whole.pathStart()
                || whole.queryStart() < whole.pathEnd()
                || whole.queryEnd() < whole.queryStart()
                || end <= whole.queryEnd()) {
            throw new AssertionError("a path or query outside the request");
        }
        whole.pathHas(ANNOUNCE);
        whole.forwardedFor();
    }
}
