package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.Handle;
import org.junit.jupiter.api.Test;

/// Runs on one thread, as the connections of a loop do.
final class ReceiveBuffersTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

    private static Handle afterHandshake() {
        ReceiveBuffers buffers = new ReceiveBuffers();
        buffers.handshakeDone();
        return buffers.newHandle();
    }

    @Test
    void aStrangerCausesASmallBufferOfItsOwn() {
        ByteBuf first = new ReceiveBuffers().newHandle().allocate(allocator);
        ByteBuf second = new ReceiveBuffers().newHandle().allocate(allocator);
        assertEquals(1024, first.capacity());
        assertNotSame(first, second);
        first.release();
        second.release();
    }

    @Test
    void connectionsTakeTurnsWithOneLargeBuffer() {
        ByteBuf first = afterHandshake().allocate(allocator);
        assertEquals(256 * 1024, first.writeLong(1).capacity());
        first.release();
        ByteBuf second = afterHandshake().allocate(allocator);
        assertSame(first, second);
        assertEquals(0, second.writerIndex());
        second.release();
    }

    @Test
    void whatSomebodyKeepsIsNotOverwritten() {
        ByteBuf kept = afterHandshake().allocate(allocator).writeLong(42);
        ByteBuf next = afterHandshake().allocate(allocator).writeLong(43);
        assertEquals(42, kept.readLong());
        kept.release();
        next.release();
        assertEquals(0, allocator.metric().usedDirectMemory());
    }
}
