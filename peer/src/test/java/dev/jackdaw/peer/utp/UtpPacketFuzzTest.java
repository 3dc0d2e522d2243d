package dev.jackdaw.peer.utp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.jackdaw.fuzz.Bounds;
import io.netty.buffer.Unpooled;

class UtpPacketFuzzTest {
    @FuzzTest
    void packet(byte[] input) {
        Bounds.hold(() -> {
            boolean claims = UtpPacket.isUtp(Unpooled.wrappedBuffer(input));
            UtpPacket.decode(Unpooled.wrappedBuffer(input));
            if (!claims) {
                throw new AssertionError("decoded what does not look like uTP");
            }
        });
    }
}
