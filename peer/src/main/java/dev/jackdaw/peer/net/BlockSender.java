package dev.jackdaw.peer.net;

import dev.jackdaw.peer.disk.LentBytes;
import dev.jackdaw.peer.disk.TorrentStorage;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.Ticker;
import dev.jackdaw.protocol.wire.PeerMessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One peer's way from the disk to its socket: the blocks it was promised, in order.
///
/// Blocks leave in batches. What the system has in its memory it sends from there to a peer that is quick and takes it
/// plainly ([LentBlocks]). All else is read into one pooled buffer that is laid out as it goes out, each block behind
/// its message's header, and written with one call; neighbours are read with one call too. That happens on the loop if
/// it takes no waiting, so that the socket finds the bytes in this core's cache, where a disk thread would have left
/// them in another's. While a batch is being sent the next is read, as long as the channel is writable; so a connection
/// holds at most one batch more than the channel's water mark. A batch is as large as the peer takes in about a quarter
/// of a second: a slow peer must not hold memory that a fast one needs. Owned by the torrent's loop.
final class BlockSender {
    /// Who hears of blocks that left.
    interface Listener {
        /// So many of the oldest blocks were handed to the system, or dropped because the connection is closed.
        void sent(int blocks, int bytes);

        /// The disk refused; the blocks are dropped.
        void readFailed(IOException cause);
    }

    private static final int MIN_BATCH = 16 * 1024;
    private static final int FIRST_BATCH = 64 * 1024;
    /// More would not stay in a core's cache between reading and sending.
    private static final int MAX_COPIED = 256 * 1024;
    private static final int MAX_BATCH = 1 << 20;
    /// Batches of smaller blocks are copied: a call sends at most 1,024 pieces of memory, and a batch is two for each
    /// block, its header and its bytes, and one more for each part of a file.
    private static final int MIN_LENT = 4 * 1024;

    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(125);
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /// How long to wait when the disk's queue is full.
    private static final long DISK_BUSY_MILLIS = 5;

    private final Channel channel;
    /// The same, if files may be sent over it.
    private final @Nullable UnixChannel socket;

    private final BooleanSupplier lends;

    private final TorrentStorage storage;
    private final Predicate<Runnable> disk;
    private final Ticker ticker;
    private final Listener listener;

    /// Promised and not being read yet; as long as the engine lets it become.
    private final ArrayDeque<BlockRequest> queue = new ArrayDeque<>();

    private int batchBytes = FIRST_BATCH;
    /// Whether the peer has taken the last batch at once.
    private boolean quick;

    private boolean reading;
    private boolean closed;

    /// @param lends whether files may be sent over the channel now: not if what is written to it is changed on its way
    /// @param disk  runs a task on a disk thread, or says that it cannot take any now
    BlockSender(
            Channel channel,
            BooleanSupplier lends,
            TorrentStorage storage,
            Predicate<Runnable> disk,
            Ticker ticker,
            Listener listener) {
        this.channel = channel;
        this.lends = lends;
        this.socket = channel instanceof UnixChannel unix ? unix : null;
        this.storage = storage;
        this.disk = disk;
        this.ticker = ticker;
        this.listener = listener;
    }

    void enqueue(List<BlockRequest> blocks) {
        queue.addAll(blocks);
        readNext();
    }

    /// Reads the next batch if there is one, and room for it in the channel; called when that may have changed. It is
    /// done after what the loop is doing now, whose messages may ask for more.
    void readNext() {
        if (!reading && mayRead()) {
            reading = true;
            channel.eventLoop().execute(this::readBatch);
        }
    }

    private boolean mayRead() {
        return !closed && !queue.isEmpty() && channel.isWritable();
    }

    private void readBatch() {
        reading = false;
        if (!mayRead()) {
            return;
        }
        if (socket != null && quick && batchBytes >= MAX_COPIED && lends.getAsBoolean() && sendLent(socket)) {
            return;
        }
        BlockBatch batch = takeBatch(Math.min(batchBytes, MAX_COPIED));
        ByteBuf buffer;
        try {
            buffer = channel.alloc().directBuffer(batch.encodedLength());
        } catch (RuntimeException | Error e) { // else the peer would wait for ever
            readFailed(batch, new IOException(e));
            return;
        }
        if (readIfInMemory(batch, buffer)) {
            write(batch, buffer);
            return;
        }
        EventLoop loop = channel.eventLoop();
        reading = true;
        if (!disk.test(() -> read(batch, buffer.clear(), loop))) {
            buffer.release();
            reading = false;
            putBack(batch);
            loop.schedule(this::readNext, DISK_BUSY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// Drops what was not sent; blocks are reported as if they had been.
    void close() {
        closed = true;
        if (!queue.isEmpty()) {
            BlockBatch dropped = new BlockBatch(new ArrayList<>(queue));
            queue.clear();
            listener.sent(dropped.blocks().size(), dropped.payload());
        }
    }

    private BlockBatch takeBatch(int limit) {
        List<BlockRequest> blocks = new ArrayList<>();
        int bytes = 0;
        do {
            BlockRequest block = queue.remove();
            blocks.add(block);
            bytes += block.length();
        } while (!queue.isEmpty() && bytes + queue.element().length() <= limit);
        return new BlockBatch(blocks);
    }

    private void putBack(BlockBatch batch) {
        batch.blocks().reversed().forEach(queue::addFirst);
    }

    /// Sends the next batch from where the system has it in memory; false if it does not have all of it.
    private boolean sendLent(UnixChannel socket) {
        BlockBatch batch = takeBatch(batchBytes);
        LentBlocks lent = batch.payload() / batch.blocks().size() < MIN_LENT ? null : lend(socket, batch);
        if (lent == null) {
            putBack(batch);
            return false;
        }
        reading = true; // the channel does not count what a file region holds: there is one at a time
        long begun = ticker.nanos();
        channel.writeAndFlush(lent).addListener(done -> {
            reading = false;
            adapt(ticker.nanos() - begun);
            listener.sent(batch.blocks().size(), batch.payload());
            readNext();
        });
        return true;
    }

    private @Nullable LentBlocks lend(UnixChannel socket, BlockBatch batch) {
        List<LentBytes> parts = new ArrayList<>();
        boolean whole = false;
        try {
            for (BlockBatch run : batch.runs()) {
                List<LentBytes> lent = storage.lendIfInMemory(run.whole());
                parts.addAll(lent);
                if (lent.isEmpty() || parts.size() > TorrentStorage.MAX_LENT_PARTS) {
                    return null;
                }
            }
            LentBlocks blocks = new LentBlocks(socket, batch, parts, ticker);
            whole = true;
            return blocks;
        } catch (Exception | Error e) { // asking what is in memory throws undeclared ones
            return null; // a disk thread will meet it again
        } finally {
            if (!whole) {
                parts.forEach(LentBytes::close);
            }
        }
    }

    /// Reads blocks, and moves `target`'s position behind them.
    private interface Source {
        /// False if the batch cannot be read that way.
        boolean read(BlockRequest blocks, ByteBuffer target) throws IOException;
    }

    private boolean readIfInMemory(BlockBatch batch, ByteBuf buffer) {
        try {
            return fill(batch, buffer, storage::readIfInMemory);
        } catch (IOException | RuntimeException | Error e) {
            return false; // a disk thread will meet it again
        }
    }

    /// On a disk thread.
    private void read(BlockBatch batch, ByteBuf buffer, EventLoop loop) {
        try {
            fill(batch, buffer, (blocks, target) -> {
                storage.read(blocks, target);
                return true;
            });
        } catch (IOException | RuntimeException | Error e) { // else the peer would wait for ever
            buffer.release();
            IOException cause = e instanceof IOException io ? io : new IOException(e);
            loop.execute(() -> readFailed(batch, cause));
            return;
        }
        try {
            loop.execute(() -> write(batch, buffer));
        } catch (RuntimeException e) { // the loop has ended
            buffer.release();
        }
    }

    private static boolean fill(BlockBatch batch, ByteBuf buffer, Source source) throws IOException {
        for (BlockBatch run : batch.runs()) {
            if (!readRun(run, buffer, source)) {
                return false;
            }
        }
        return true;
    }

    /// Reads neighbours with one call, behind room for all their headers, and moves each to its own header.
    private static boolean readRun(BlockBatch run, ByteBuf buffer, Source source) throws IOException {
        int from = run.encodedLength() - run.payload();
        int start = buffer.writerIndex();
        ByteBuffer bytes = buffer.nioBuffer(start, run.encodedLength());
        if (!source.read(run.whole(), bytes.slice(from, run.payload()))) {
            return false;
        }
        for (BlockRequest block : run.blocks()) {
            PeerMessageEncoder.writePieceHeader(block, buffer);
            int to = buffer.writerIndex() - start;
            if (to != from) {
                bytes.put(to, bytes, from, block.length());
            }
            buffer.writerIndex(start + to + block.length());
            from += block.length();
        }
        return true;
    }

    private void readFailed(BlockBatch batch, IOException cause) {
        reading = false;
        listener.sent(batch.blocks().size(), batch.payload());
        if (!closed) {
            listener.readFailed(cause);
        }
    }

    private void write(BlockBatch batch, ByteBuf buffer) {
        reading = false;
        long begun = ticker.nanos();
        channel.writeAndFlush(buffer).addListener(done -> {
            adapt(ticker.nanos() - begun);
            listener.sent(batch.blocks().size(), batch.payload());
        });
        readNext();
    }

    private void adapt(long nanos) {
        quick = nanos < QUICK_NANOS;
        if (quick) {
            batchBytes = Math.min(MAX_BATCH, batchBytes * 2);
        } else if (nanos > SLOW_NANOS) {
            batchBytes = Math.max(MIN_BATCH, batchBytes / 2);
        }
    }
}
