package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jackdaw.peer.disk.FileStorage;
import dev.jackdaw.peer.disk.LentBytes;
import dev.jackdaw.peer.disk.SessionDisk;
import dev.jackdaw.peer.disk.StorageException;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PieceLayout;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.unix.UnixChannel;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LentBlocksTest {
    private static final int BLOCK = 16 * 1024;

    @TempDir
    Path directory;

    private final SessionDisk disk = new SessionDisk(1 << 20, 42);
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private Swarm swarm;
    private FileStorage storage;
    private Channel channel;
    private volatile long nowNanos;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException, InterruptedException {
        assumeTrue(Epoll.isAvailable());
        swarm = new Swarm(directory);
        storage = disk.open(swarm.metainfo.info(), swarm.seedDirectory);
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setReceiveBufferSize(BLOCK);
            channel = new Bootstrap()
                    .group(loops)
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.SO_SNDBUF, BLOCK)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort()))
                    .syncUninterruptibly()
                    .channel();
            peer = listening.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        if (peer != null) {
            peer.close();
            channel.close().syncUninterruptibly();
            storage.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        disk.close();
    }

    private List<BlockRequest> blocks() {
        PieceLayout layout = swarm.metainfo.info().layout();
        List<BlockRequest> blocks = new ArrayList<>();
        for (int piece = 0; piece < layout.pieceCount(); piece++) {
            for (int begin = 0; begin < layout.length(piece); begin += BLOCK) {
                blocks.add(new BlockRequest(piece, begin, Math.min(BLOCK, layout.length(piece) - begin)));
            }
        }
        return blocks;
    }

    /// All of the torrent's bytes, whose files are opened first.
    private LentBlocks lendAll() throws IOException {
        List<LentBytes> parts = new ArrayList<>();
        for (BlockRequest block : blocks()) {
            storage.read(block, ByteBuffer.allocate(block.length()));
            List<LentBytes> lent = storage.lendIfInMemory(block);
            assumeFalse(lent.isEmpty(), "nothing can be lent here");
            parts.addAll(lent);
        }
        return new LentBlocks((UnixChannel) channel, new BlockBatch(blocks()), parts, () -> nowNanos);
    }

    private long openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::isOfTheTorrent).count();
        }
    }

    private boolean isOfTheTorrent(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(swarm.seedDirectory);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void everyByteArrivesInItsPlaceHoweverSlowlyThePeerReads() throws Exception {
        LentBlocks lent = lendAll();
        ChannelFuture written = channel.writeAndFlush(lent);
        byte[] content = swarm.content();
        DataInputStream in = new DataInputStream(peer.getInputStream());
        for (BlockRequest block : blocks()) {
            assertEquals(9 + block.length(), in.readInt());
            assertEquals(7, in.readByte());
            assertEquals(block.piece(), in.readInt());
            assertEquals(block.begin(), in.readInt());
            byte[] bytes = in.readNBytes(block.length());
            int at = block.piece() * Swarm.PIECE_LENGTH + block.begin();
            assertArrayEquals(Arrays.copyOfRange(content, at, at + block.length()), bytes);
        }
        written.sync();
        assertEquals(lent.count(), lent.transferred());
        assertEquals(0, in.available());
        assertEquals(0, lent.refCnt());
        assertEquals(0, resident(), "the memory is the system's again");
    }

    /// Bytes of the torrent's files that count as this program's.
    private long resident() throws IOException {
        long bytes = 0;
        boolean ours = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.contains("-") && line.contains(" r")) {
                ours = line.contains(swarm.seedDirectory.toString());
            } else if (ours && line.startsWith("Rss:")) {
                bytes += 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return bytes;
    }

    @Test
    void aFileThatWasCutMeanwhileClosesTheConnectionAndWhoReadsItNextIsTold() throws Exception {
        LentBlocks lent = lendAll();
        Path cut = swarm.seedDirectory.resolve("album/nested/c.bin");
        Files.write(cut, new byte[1]);
        ChannelFuture written = channel.writeAndFlush(lent);
        peer.getInputStream().transferTo(OutputStream.nullOutputStream());

        assertFalse(written.await().isSuccess());
        assertFalse(channel.isOpen());
        BlockRequest last = blocks().getLast();
        assertTrue(storage.lendIfInMemory(last).isEmpty());
        StorageException told =
                assertThrows(StorageException.class, () -> storage.read(last, ByteBuffer.allocate(last.length())));
        assertEquals(cut.toString(), told.path());
        assertTrue(storage.hasFailedToRead());
    }

    @Test
    void whatTheSystemHasDroppedWhenASlowPeerComesToItIsNotWaitedFor() throws Exception {
        Path dropped = swarm.seedDirectory.resolve("album/nested/c.bin");
        LentBlocks lent = lendAll();
        Files.write(dropped, new byte[1]); // what is gone is not in memory either
        nowNanos = TimeUnit.SECONDS.toNanos(1);
        ChannelFuture written = channel.writeAndFlush(lent);
        peer.getInputStream().transferTo(OutputStream.nullOutputStream());

        assertFalse(written.await().isSuccess());
        assertEquals(
                "what was to be sent is not in memory any more", written.cause().getMessage());
    }

    @Test
    void whatIsNotSentWhenTheConnectionClosesIsGivenBack() throws Exception {
        LentBlocks lent = lendAll();
        ChannelFuture written = channel.writeAndFlush(lent);
        storage.close();
        assertTrue(openFiles() > 0, "they are still to be sent from");

        channel.close().sync();
        assertFalse(written.await().isSuccess());
        assertEquals(0, lent.refCnt());
        assertEquals(0, openFiles());
    }

    @Test
    void nothingIsLentOfATorrentThatIsClosed() throws IOException {
        BlockRequest block = blocks().getFirst();
        storage.read(block, ByteBuffer.allocate(block.length()));
        storage.close();
        assertTrue(storage.lendIfInMemory(block).isEmpty());
    }
}
