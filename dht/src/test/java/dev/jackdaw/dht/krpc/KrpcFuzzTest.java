package dev.jackdaw.dht.krpc;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.dht.krpc.KrpcMessage.Malformed;
import dev.jackdaw.dht.krpc.KrpcMessage.Query;
import dev.jackdaw.dht.krpc.KrpcMessage.UnknownAbout;
import dev.jackdaw.fuzz.Bounds;
import java.util.Arrays;

/// What other nodes send.
class KrpcFuzzTest {
    private final KrpcDecoder decoder = new KrpcDecoder();
    private final KrpcEncoder encoder = new KrpcEncoder();

    /// Never fails, and what was understood is understood the same when we send it on.
    @FuzzTest
    void datagram(byte[] input) {
        Bounds.hold(() -> {
            KrpcMessage read = decoder.decode(input, input.length);
            if (read instanceof Malformed malformed) {
                if (malformed.detail().isEmpty() || malformed.detail().length() > 2000) {
                    throw new AssertionError("refused without a sentence, or with a long one");
                }
                return;
            }
            if (read instanceof Query query && query.request() instanceof UnknownAbout) {
                return; // is answered, never sent
            }
            byte[] sent = encoded(read);
            if (!Arrays.equals(sent, encoded(decoder.decode(sent, sent.length)))) {
                throw new AssertionError("another message when written and read again");
            }
        });
    }

    private byte[] encoded(KrpcMessage message) {
        int length = encoder.encode(message);
        return Arrays.copyOf(encoder.bytes(), length);
    }
}
