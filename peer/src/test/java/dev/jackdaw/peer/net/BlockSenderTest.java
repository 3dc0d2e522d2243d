package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.disk.LentBytes;
import dev.jackdaw.peer.disk.TorrentStorage;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockSenderTest {
    private final EmbeddedChannel channel = new SocketLike();
    private final ArrayDeque<Runnable> diskQueue = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final FakeStorage storage = new FakeStorage();
    private boolean diskIsFull;
    private long nowNanos;

    private final BlockSender sender = sender(false);

    private BlockSender sender(boolean plain) {
        return new BlockSender(
                channel,
                () -> plain,
                storage,
                task -> !diskIsFull && diskQueue.add(task),
                () -> nowNanos,
                new BlockSender.Listener() {
                    @Override
                    public void sent(int blocks, int bytes) {
                        heard.add(blocks + " blocks, " + bytes + " bytes");
                    }

                    @Override
                    public void readFailed(IOException cause) {
                        heard.add(String.valueOf(cause.getMessage()));
                    }
                });
    }

    private static List<BlockRequest> blocks(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new BlockRequest(i, 16384, 16384))
                .toList();
    }

    private void runDisk() {
        channel.runPendingTasks();
        while (!diskQueue.isEmpty()) {
            diskQueue.remove().run();
            channel.runPendingTasks();
        }
    }

    private int takeOutbound() {
        int bytes = 0;
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            bytes += out.readableBytes();
            out.release();
        }
        return bytes;
    }

    private static void assertNext(BlockRequest block, ByteBuf out) {
        assertEquals(9 + block.length(), out.readInt());
        assertEquals(7, out.readByte());
        assertEquals(block.piece(), out.readInt());
        assertEquals(block.begin(), out.readInt());
        for (int i = 0; i < block.length(); i++) {
            assertEquals(FakeStorage.byteAt(block.piece(), block.begin() + i), out.readByte());
        }
    }

    @Test
    void blocksThatCannotBeReadForWhateverReasonAreDroppedAndTheNextAreRead() {
        storage.fault = Optional.of(new InternalError("a fault in memory"));
        sender.enqueue(blocks(1));
        runDisk();
        storage.fault = Optional.empty();
        sender.enqueue(blocks(1));
        runDisk();

        channel.<ByteBuf>readOutbound().release();
        assertEquals(
                List.of("1 blocks, 16384 bytes", "java.lang.InternalError: a fault in memory", "1 blocks, 16384 bytes"),
                heard);
    }

    @Test
    void sendsEachBlockBehindItsHeaderInOrder() {
        sender.enqueue(List.of(new BlockRequest(3, 16384, 5), new BlockRequest(4, 0, 7)));
        runDisk();

        ByteBuf out = channel.readOutbound();
        for (BlockRequest block : List.of(new BlockRequest(3, 16384, 5), new BlockRequest(4, 0, 7))) {
            assertNext(block, out);
        }
        assertFalse(out.isReadable());
        out.release();
        assertEquals(List.of("2 blocks, 12 bytes"), heard);
    }

    @Test
    void readsNeighboursWithOneCall() {
        List<BlockRequest> blocks = List.of(
                new BlockRequest(3, 0, 16384),
                new BlockRequest(3, 16384, 16384),
                new BlockRequest(3, 32768, 100),
                new BlockRequest(3, 0, 7),
                new BlockRequest(4, 7, 3));
        sender.enqueue(blocks);
        runDisk();

        assertEquals(
                List.of(new BlockRequest(3, 0, 32868), new BlockRequest(3, 0, 7), new BlockRequest(4, 7, 3)),
                storage.reads);
        ByteBuf out = channel.readOutbound();
        for (BlockRequest block : blocks) {
            assertNext(block, out);
        }
        assertFalse(out.isReadable());
        out.release();
    }

    @Test
    void readsOneBatchAtATime() {
        sender.enqueue(blocks(40));
        channel.runPendingTasks();

        assertEquals(1, diskQueue.size());
        runDisk();

        assertEquals(40 * (16384 + 13), takeOutbound());
    }

    @Test
    void whatIsInMemoryIsSentWithoutTheDisk() {
        storage.inMemory = block -> true;
        diskIsFull = true;
        sender.enqueue(blocks(40));
        assertEquals(List.of(), heard, "not before the loop is done with what it does now");
        channel.runPendingTasks();

        assertEquals(40 * (16384 + 13), takeOutbound());
    }

    @Test
    void aBatchThatIsNotWhollyInMemoryIsReadByTheDisk() {
        List<BlockRequest> blocks = blocks(3);
        storage.inMemory = block -> block.piece() != 1;
        sender.enqueue(blocks);
        channel.runPendingTasks();
        assertTrue(channel.outboundMessages().isEmpty());
        runDisk();

        ByteBuf out = channel.readOutbound();
        for (BlockRequest block : blocks) {
            assertNext(block, out);
        }
        assertFalse(out.isReadable());
        out.release();
        assertEquals(List.of("3 blocks, 49152 bytes"), heard);
    }

    @Test
    void nothingIsSentAfterClosingThoughItIsInMemory() {
        storage.inMemory = block -> true;
        sender.enqueue(blocks(3));
        sender.close();
        channel.runPendingTasks();

        assertTrue(channel.outboundMessages().isEmpty());
        assertEquals(List.of("3 blocks, 49152 bytes"), heard);
    }

    @Test
    void whatAQuickPeerGetsPlainlyIsAskedForAsALoanFirst() {
        List<BlockRequest> blocks = blocks(4 + 8 + 16 + 20);
        sender(true).enqueue(blocks);
        runDisk();

        assertEquals(
                List.of(12, 28, 44), storage.askedToLend, "batches of 4 and 8 blocks come before it is known as quick");
        Iterator<BlockRequest> next = blocks.iterator();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            while (out.isReadable()) {
                assertNext(next.next(), out);
            }
            out.release();
        }
        assertFalse(next.hasNext(), "what is not lent is read");
    }

    @Test
    void smallBlocksAreNotLent() {
        BlockSender plain = sender(true);
        plain.enqueue(blocks(12));
        runDisk();
        plain.enqueue(IntStream.range(0, 2000)
                .mapToObj(i -> new BlockRequest(i, 0, 1))
                .toList());
        runDisk();

        assertEquals(List.of(), storage.askedToLend);
        assertEquals(12 * (16384 + 13) + 2000 * 14, takeOutbound());
    }

    @Test
    void nothingIsLentToAPeerThatTakesItEncrypted() {
        sender.enqueue(blocks(60));
        runDisk();

        assertEquals(List.of(), storage.askedToLend);
        takeOutbound();
    }

    @Test
    void triesAgainWhenTheDiskHasTooMuchToDo() {
        diskIsFull = true;
        sender.enqueue(blocks(1));
        runDisk();
        assertEquals(List.of(), heard);

        diskIsFull = false;
        channel.advanceTimeBy(1, java.util.concurrent.TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        runDisk();

        channel.<ByteBuf>readOutbound().release();
        assertEquals(List.of("1 blocks, 16384 bytes"), heard);
    }

    @Test
    void reportsWhatTheDiskRefused() {
        storage.failure = Optional.of("read x: no such file");
        sender.enqueue(blocks(2));
        runDisk();

        assertEquals(List.of("2 blocks, 32768 bytes", "read x: no such file"), heard);
    }

    @Test
    void dropsEverythingWhenItIsClosed() {
        sender.enqueue(blocks(40));
        channel.runPendingTasks();
        channel.close();
        sender.close();
        runDisk();

        assertTrue(channel.outboundMessages().isEmpty());
        assertEquals(2, heard.size());
    }

    /// Every byte tells its place.
    private static final class FakeStorage implements TorrentStorage {
        final List<BlockRequest> reads = new ArrayList<>();
        Optional<String> failure = Optional.empty();
        Optional<Error> fault = Optional.empty();
        Predicate<BlockRequest> inMemory = block -> false;
        /// The first piece of each loan that was asked for.
        final List<Integer> askedToLend = new ArrayList<>();

        static byte byteAt(int piece, int offset) {
            return (byte) (31 * piece + offset % 251);
        }

        @Override
        public void read(BlockRequest block, ByteBuffer target) throws IOException {
            if (failure.isPresent()) {
                throw new IOException(failure.get());
            }
            if (fault.isPresent()) {
                throw fault.get();
            }
            reads.add(block);
            put(block, target);
        }

        @Override
        public boolean readIfInMemory(BlockRequest block, ByteBuffer target) {
            if (inMemory.test(block)) {
                put(block, target);
            }
            return inMemory.test(block);
        }

        @Override
        public List<LentBytes> lendIfInMemory(BlockRequest block) {
            askedToLend.add(block.piece());
            return List.of();
        }

        private static void put(BlockRequest block, ByteBuffer target) {
            for (int i = 0; i < block.length(); i++) {
                target.put(byteAt(block.piece(), block.begin() + i));
            }
        }

        @Override
        public void store(int piece, int begin, ByteBuffer data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void complete(int piece, boolean digests, Consumer<PieceResult> answer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void drop(int piece) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Bitfield> check(DoubleConsumer progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setFilePriorities(byte[] priorities) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static final class SocketLike extends EmbeddedChannel implements UnixChannel {
        @Override
        public FileDescriptor fd() {
            throw new UnsupportedOperationException();
        }
    }
}
