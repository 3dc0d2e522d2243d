package dev.jackdaw.peer.disk;

import static dev.jackdaw.peer.disk.TestContent.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.disk.TorrentStorage.PieceResult;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStorageTest {
    private static final int PIECE = 32 * 1024;

    @TempDir
    Path directory;

    private final SessionDisk disk = new SessionDisk(16 << 20, 42, 2);

    @AfterEach
    void close() {
        disk.close();
        assertEquals(0, disk.buffers().allocated());
    }

    private static PieceResult complete(TestContent content, TorrentStorage storage, int piece) {
        content.store(storage, piece);
        return finish(storage, piece, false);
    }

    private static PieceResult finish(TorrentStorage storage, int piece, boolean digests) {
        CompletableFuture<PieceResult> answer = new CompletableFuture<>();
        storage.complete(piece, digests, answer::complete);
        return answer.join();
    }

    private static void completeAll(TestContent content, TorrentStorage storage) {
        for (int piece = content.pieceCount() - 1; piece >= 0; piece--) {
            assertInstanceOf(PieceResult.Stored.class, complete(content, storage, piece));
        }
    }

    private static byte[] read(TorrentStorage storage, BlockRequest block) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(block.length());
        storage.read(block, target);
        assertFalse(target.hasRemaining());
        return target.array();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .map(path -> directory.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @Nested
    class WithManyFiles {
        final TestContent content = TestContent.of(
                PIECE,
                file("a", 5),
                file("sub/empty", 0),
                file("sub/deep/b", 100_000),
                file("sub/c", 1),
                file("pad1", 31_071),
                file("d", 70_001));

        @Test
        void writesEveryByteInItsFileAndCreatesEmptyFilesButNoPadding() throws IOException {
            try (FileStorage storage = disk.open(content.info(), directory)) {
                completeAll(content, storage);
            }

            assertEquals(List.of("t/a", "t/d", "t/sub/c", "t/sub/deep/b", "t/sub/empty"), names());
            for (int i : new int[] {0, 1, 2, 3, 5}) {
                assertArrayEquals(content.file(i), Files.readAllBytes(content.path(directory, i)));
            }
        }

        @Test
        void cutsWhatAnOlderVersionHasMoreOnceItWrites() throws IOException {
            content.writeTo(directory);
            for (int i : new int[] {1, 2}) {
                Files.write(content.path(directory, i), new byte[10], StandardOpenOption.APPEND);
            }
            try (FileStorage storage = disk.open(content.info(), directory)) {
                assertTrue(storage.check(Bitfield.full(content.pieceCount()), progress -> {})
                        .join()
                        .isFull());
                assertEquals(10, Files.size(content.path(directory, 1)), "nothing is changed by looking");

                complete(content, storage, content.pieceCount() - 1);
            }

            for (int i : new int[] {0, 1, 2, 3, 5}) {
                assertArrayEquals(content.file(i), Files.readAllBytes(content.path(directory, i)));
            }
        }

        @Test
        void readsAnyRangeOfAPieceAlsoAcrossFilesAndPadding() throws IOException {
            content.writeTo(directory);
            try (FileStorage storage = disk.open(content.info(), directory)) {
                for (int piece = 0; piece < content.pieceCount(); piece++) {
                    byte[] expected = content.piece(piece);
                    for (int begin = 0; begin < expected.length; begin += 7001) {
                        int length = Math.min(16 * 1024, expected.length - begin);
                        BlockRequest block = new BlockRequest(piece, begin, length);
                        byte[] there = Arrays.copyOfRange(expected, begin, begin + length);
                        assertArrayEquals(there, read(storage, block));
                        ByteBuffer inMemory = ByteBuffer.allocate(length);
                        if (storage.readIfInMemory(block, inMemory)) {
                            assertArrayEquals(there, inMemory.array());
                        }
                        assertTrue(inMemory.position() == 0 || !inMemory.hasRemaining());
                    }
                }
            }
        }

        @Test
        void checkFindsThePiecesThatAreThereAndRight() throws IOException {
            content.writeTo(directory);
            try (RandomAccessFile b =
                    new RandomAccessFile(content.path(directory, 2).toFile(), "rw")) {
                b.seek(40_000);
                b.write(b.read() ^ 1);
            }
            Files.delete(content.path(directory, 5));
            Bitfield expected = new Bitfield(content.pieceCount());
            expected.set(0);
            expected.set(2);

            try (FileStorage storage = disk.open(content.info(), directory)) {
                expected.set(3);
                assertEquals(expected, storage.check(progress -> {}).join());
            }
        }

        @Test
        void checkOfNothingFindsNothingAndCreatesNothing() throws IOException {
            try (FileStorage storage = disk.open(content.info(), directory.resolve("not-there"))) {
                assertTrue(storage.check(progress -> {}).join().isEmpty());
            }
            assertEquals(List.of(), names());
        }
    }

    @Test
    void aCorruptPieceNeverTouchesTheDisk() throws IOException {
        TestContent content = TestContent.single(PIECE, 2 * PIECE);
        try (FileStorage storage = disk.open(content.info(), directory)) {
            content.store(storage, 1);
            storage.store(1, 16 * 1024, ByteBuffer.allocate(16 * 1024));

            PieceResult.Corrupt bad = assertInstanceOf(PieceResult.Corrupt.class, finish(storage, 1, false));
            assertEquals(List.of(), names());

            content.store(storage, 1);
            PieceResult.Stored good = assertInstanceOf(PieceResult.Stored.class, finish(storage, 1, true));
            assertEquals(2, good.blockDigests().length);
            assertEquals(good.blockDigests()[0], bad.blockDigests()[0]);
            assertNotEquals(good.blockDigests()[1], bad.blockDigests()[1]);
        }
    }

    @Test
    void piecesLargerThanASegmentAreStoredWhole() throws IOException {
        TestContent content = TestContent.single(5 << 20, (11 << 20) + 17);
        try (FileStorage storage = disk.open(content.info(), directory)) {
            completeAll(content, storage);
            assertArrayEquals(
                    Arrays.copyOfRange(content.bytes(), (6 << 20) - 9, (6 << 20) + 9),
                    read(storage, new BlockRequest(1, (1 << 20) - 9, 18)));
        }
        assertArrayEquals(content.bytes(), Files.readAllBytes(directory.resolve("t")));
    }

    @Test
    void droppedPiecesGiveTheirMemoryBackForOthers() {
        TestContent content = TestContent.single(1 << 20, 2 << 20);
        try (FileStorage storage = disk.open(content.info(), directory)) {
            content.store(storage, 0);
            storage.drop(0);
            storage.drop(0);
            content.store(storage, 1);
            assertEquals(1 << 20, disk.buffers().allocated());
        }
    }

    @Test
    void aFileThatVanishedOrShrankUnderASeedIsNamedAndYieldsNoBytes() throws IOException {
        TestContent content = TestContent.single(PIECE, 2 * PIECE);
        content.writeTo(directory);
        try (FileStorage storage = disk.open(content.info(), directory)) {
            read(storage, new BlockRequest(1, 0, PIECE));
            try (RandomAccessFile t =
                    new RandomAccessFile(directory.resolve("t").toFile(), "rw")) {
                t.setLength(PIECE + 10);
            }

            StorageException shrank =
                    assertThrows(StorageException.class, () -> read(storage, new BlockRequest(1, 0, PIECE)));
            assertTrue(shrank.getMessage().startsWith("read " + directory.resolve("t")), shrank.getMessage());
            Files.delete(directory.resolve("t"));
            StorageException gone =
                    assertThrows(StorageException.class, () -> read(storage, new BlockRequest(0, 0, PIECE)));
            assertEquals("no such file or directory", gone.reason());

            content.writeTo(directory);
            assertArrayEquals(content.piece(1), read(storage, new BlockRequest(1, 0, PIECE)));
        }
    }

    @Test
    void twoTorrentsDoNotWriteToOneFile() throws IOException {
        TestContent content = TestContent.of(PIECE, file("a", PIECE), file("b", PIECE));
        TestContent other = TestContent.of(PIECE, file("a", 5), file("b", 3 * PIECE));
        try (FileStorage second = disk.open(other.info(), directory)) {
            try (FileStorage first = disk.open(content.info(), directory)) {
                completeAll(content, first);

                PieceResult refused = complete(other, second, 3);
                assertEquals(
                        new PieceResult.Failed(
                                "write",
                                directory.resolve("t/a").toString(),
                                "another torrent writes to the file too"),
                        refused);
                assertArrayEquals(content.file(0), Files.readAllBytes(content.path(directory, 0)));
            }

            second.retry();
            assertEquals(5, Files.size(other.path(directory, 0)), "the first has gone");
        }
    }

    @Test
    void closingEndsACheck() throws IOException {
        TestContent content = TestContent.single(PIECE, 40 * PIECE);
        content.writeTo(directory);
        FileStorage storage = disk.open(content.info(), directory);
        CompletableFuture<Bitfield> check = storage.check(progress -> storage.close());
        storage.close();
        try {
            assertTrue(check.join().isFull());
        } catch (java.util.concurrent.CancellationException e) {
            assertTrue(check.isCancelled());
        }
    }

    @Test
    void aCheckCanBeCancelledAtAnyMoment() throws Exception {
        TestContent content = TestContent.single(1024, 400 * 1024);
        content.writeTo(directory);
        Random random = new Random(1);
        try (FileStorage storage = disk.open(content.info(), directory)) {
            for (int round = 0; round < 300; round++) {
                CompletableFuture<Bitfield> check = storage.check(progress -> {});
                TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));

                Bitfield bad = storage.cancelCheck();

                assertTrue(bad.isEmpty());
                assertTrue(check.isDone());
            }
        }
    }

    @Test
    void whoHearsThatACheckHasEndedMayUseTheStorage() throws Exception {
        TestContent content = TestContent.single(PIECE, 4 * PIECE);
        SimulatedMachine machine = new SimulatedMachine();
        machine.put("d/t", content.bytes());
        CountDownLatch read = new CountDownLatch(1);
        AtomicInteger heard = new AtomicInteger();
        try (FileStorage storage = disk.open(content.info(), machine.folder("d"))) {
            machine.fail((operation, path) -> operation.equals("read") && !awaits(read), "");
            for (int i = 0; i < 3; i++) {
                storage.check(progress -> {}).whenComplete((good, failure) -> {
                    CompletableFuture.runAsync(storage::hasFailedToRead, task -> new Thread(task).start())
                            .join();
                    heard.incrementAndGet();
                });
            }
            storage.cancelCheck();
            storage.check(progress -> {})
                    .whenComplete((good, failure) -> CompletableFuture.runAsync(
                                    storage::hasFailedToRead, task -> new Thread(task).start())
                            .join());
            storage.close();
        } finally {
            read.countDown();
        }
        assertEquals(3, heard.get());
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /// What the torrent's loop calls.
    @Test
    void whatIsKnownWithoutTheDiskIsToldWhileFilesAreMoved() throws Exception {
        TestContent content = TestContent.of(PIECE, file("a", PIECE / 2), file("b", 4 * PIECE));
        SimulatedMachine machine = new SimulatedMachine();
        CountDownLatch moving = new CountDownLatch(1);
        CountDownLatch moved = new CountDownLatch(1);
        try (FileStorage storage = disk.open(content.info(), machine.folder("d"))) {
            storage.setFilePriorities(new byte[] {4, 0});
            assertInstanceOf(PieceResult.Stored.class, complete(content, storage, 0));
            machine.fail(
                    (operation, path) -> {
                        if (operation.equals("rename")) {
                            moving.countDown();
                            return !awaits(moved);
                        }
                        return false;
                    },
                    "");
            CompletableFuture<Void> move = CompletableFuture.runAsync(
                    () -> {
                        try {
                            storage.setFilePriorities(new byte[] {4, 4});
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    task -> new Thread(task).start());
            moving.await();

            CompletableFuture<Bitfield> check = storage.check(progress -> {});
            storage.files().expect(Bitfield.full(content.pieceCount()));
            content.store(storage, 1);
            storage.complete(1, false, result -> {});
            storage.cancelCheck();
            assertTrue(check.isDone());

            moved.countDown();
            move.join();
        }
    }

    /// A [Segment] of plain memory that faults once, as mapped memory does whose file was cut or whose disk fails.
    private static final class FaultyMemory implements SegmentSource {
        /// Looks at a segment's bytes until one faults.
        private final AtomicInteger until = new AtomicInteger(Integer.MAX_VALUE);

        @Override
        public Segment allocate(int bytes) {
            Segment plain = PLAIN.allocate(bytes);
            return new Segment() {
                @Override
                public SegmentSource source() {
                    return FaultyMemory.this;
                }

                @Override
                public ByteBuffer bytes() {
                    if (until.getAndDecrement() == 0) {
                        throw new InternalError("a fault occurred in an unsafe memory access operation");
                    }
                    return plain.bytes();
                }

                @Override
                public int length() {
                    return plain.length();
                }

                @Override
                public void free() {
                    plain.free();
                }
            };
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aFaultInAPiecesMemoryIsToldAndHoldsUpNeitherOthersNorTheEnd(int looks) {
        TestContent content = TestContent.single(PIECE, 2 * PIECE);
        FaultyMemory memory = new FaultyMemory();
        Folder folder = new SimulatedMachine().folder("d");
        try (FileStorage storage = new FileStorage(content.info(), folder, disk, memory)) {
            content.store(storage, 0);
            memory.until.set(looks);
            assertInstanceOf(PieceResult.Failed.class, finish(storage, 0, false));

            assertInstanceOf(PieceResult.Stored.class, complete(content, storage, 1));
        }
    }

    @Test
    void piecesLargeEnoughToBypassTheCacheAndTheOddTailMakeOneFile() throws IOException {
        TestContent content = TestContent.single(2 * DirectWrites.MIN_LENGTH, 5 * DirectWrites.MIN_LENGTH + 12_345);
        try (FileStorage storage = disk.open(content.info(), directory)) {
            completeAll(content, storage);

            assertTrue(storage.check(progress -> {}).join().isFull());
        }
        assertArrayEquals(content.bytes(), Files.readAllBytes(content.path(directory, 0)));
    }

    @Test
    void filesOfOddLengthsBypassTheCacheWhereverTheyBeginInAPiece() throws IOException {
        int large = DirectWrites.MIN_COPIED_LENGTH;
        TestContent content = TestContent.of(
                4 * DirectWrites.MIN_LENGTH,
                file("a", large + 1),
                file("b", 3 * large + 4_097),
                file("c", 77),
                file("d", large + 12_345));
        SimulatedMachine machine = new SimulatedMachine();
        Set<String> direct = ConcurrentHashMap.newKeySet();
        machine.fail((operation, path) -> operation.equals("open directly") && !direct.add(path), "opened before");
        try (SessionDisk quick = new SessionDisk(16 << 20, 42, 2, () -> 0);
                FileStorage storage = quick.open(content.info(), directory);
                FileStorage simulated = quick.open(content.info(), machine.folder("d"))) {
            completeAll(content, storage);
            completeAll(content, simulated);

            assertTrue(storage.check(progress -> {}).join().isFull());
            assertTrue(simulated.check(progress -> {}).join().isFull());
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(content.info().files().get(i).length(), Files.size(content.path(directory, i)));
        }
        assertEquals(3, direct.size(), direct.toString());
    }

    @Test
    void aFileSystemThatCannotBypassTheCacheIsAskedOnce() {
        TestContent content = TestContent.single(DirectWrites.MIN_LENGTH, 4 * DirectWrites.MIN_LENGTH);
        SimulatedMachine machine = new SimulatedMachine();
        AtomicInteger asked = new AtomicInteger();
        machine.fail(
                (operation, path) -> operation.equals("open directly") && asked.incrementAndGet() > 0, "not supported");
        try (FileStorage storage = disk.open(content.info(), machine.folder("d"))) {
            completeAll(content, storage);

            assertEquals(1, asked.get());
            assertTrue(storage.check(progress -> {}).join().isFull());
        }
    }

    @Test
    void aFullDiskDoesNotEndDirectWriting() {
        TestContent content = TestContent.single(DirectWrites.MIN_LENGTH, 2 * DirectWrites.MIN_LENGTH);
        SimulatedMachine machine = new SimulatedMachine();
        AtomicInteger opened = new AtomicInteger();
        try (FileStorage storage = disk.open(content.info(), machine.folder("d"))) {
            machine.fail((operation, path) -> operation.startsWith("open"), "no space left on device");
            assertInstanceOf(PieceResult.Failed.class, complete(content, storage, 1));

            machine.fail((operation, path) -> operation.equals("open directly") && opened.incrementAndGet() < 0, "");
            assertInstanceOf(PieceResult.Stored.class, complete(content, storage, 0));
            assertEquals(1, opened.get());
        }
    }

    @Nested
    class WhenFilesAreNotWanted {
        // Pieces: 0 = a + head of b, 1 = b, 2 = b, 3 = tail of b + c, 4 = c
        final TestContent content = TestContent.of(PIECE, file("a", 20_000), file("b", 90_000), file("c", 50_000));
        final byte[] withoutB = {4, 0, 4};
        final byte[] everything = {4, 4, 4};

        @Test
        void theyAreNotCreatedAndBoundaryPiecesAreReadable() throws IOException {
            try (FileStorage storage = disk.open(content.info(), directory)) {
                storage.setFilePriorities(withoutB);
                for (int piece : new int[] {0, 3, 4}) {
                    assertInstanceOf(PieceResult.Stored.class, complete(content, storage, piece));
                    assertArrayEquals(
                            content.piece(piece),
                            read(storage, new BlockRequest(piece, 0, content.piece(piece).length)));
                }

                assertFalse(Files.exists(content.path(directory, 1)));
                Bitfield have = storage.check(progress -> {}).join();
                assertEquals(3, have.cardinality());
            }
        }

        @Test
        void whatWasKeptAsideMovesIntoPlaceWhenTheyAreWanted() throws IOException {
            try (FileStorage storage = disk.open(content.info(), directory)) {
                storage.setFilePriorities(withoutB);
                for (int piece : new int[] {0, 3, 4}) {
                    complete(content, storage, piece);
                }
            }
            try (FileStorage storage = disk.open(content.info(), directory)) {
                storage.setFilePriorities(withoutB);
                storage.setFilePriorities(everything);

                assertEquals(3, storage.check(progress -> {}).join().cardinality());
                complete(content, storage, 1);
                complete(content, storage, 2);
            }
            assertEquals(List.of("t/a", "t/b", "t/c"), names());
            assertArrayEquals(content.file(1), Files.readAllBytes(content.path(directory, 1)));
        }

        @Test
        void aFileThatExistsStaysInUseWhenItIsNotWantedAnyMore() throws IOException {
            try (FileStorage storage = disk.open(content.info(), directory)) {
                complete(content, storage, 1);
                storage.setFilePriorities(withoutB);
                complete(content, storage, 0);
                assertArrayEquals(content.piece(1), read(storage, new BlockRequest(1, 0, PIECE)));
            }
            assertEquals(List.of("t/a", "t/b"), names());
        }
    }

    @Nested
    class WhenLinksArePlanted {
        final TestContent content = TestContent.of(PIECE, file("sub/a", 1000), file("b", 1000));

        @TempDir
        Path outside;

        @Test
        void aLinkInPlaceOfAFileIsRefused() throws IOException {
            Path victim = Files.write(outside.resolve("victim"), new byte[10]);
            Files.createDirectories(directory.resolve("t/sub"));
            Files.createSymbolicLink(directory.resolve("t/sub/a"), victim);

            assertRefused("symbolic link");
            assertArrayEquals(new byte[10], Files.readAllBytes(victim));
        }

        @Test
        void aLinkInPlaceOfADirectoryIsRefused() throws IOException {
            Files.createDirectories(directory.resolve("t"));
            Files.createSymbolicLink(directory.resolve("t/sub"), outside);

            assertRefused("symbolic link");
            try (Stream<Path> made = Files.list(outside)) {
                assertEquals(0, made.count());
            }
        }

        @Test
        void aDanglingLinkIsRefused() throws IOException {
            Files.createSymbolicLink(directory.resolve("t"), outside.resolve("new"));

            assertRefused("symbolic link");
            assertFalse(Files.exists(outside.resolve("new")));
        }

        /// Somebody exchanges a directory for a link while it is being written to: each write lands in the
        /// directory or is refused.
        @Test
        void nothingIsWrittenBehindALinkThatComesAndGoesWhileFilesAreOpened() throws Exception {
            Path sub = Files.createDirectories(directory.resolve("t/sub"));
            Path away = directory.resolve("away");
            Path link = Files.createSymbolicLink(directory.resolve("link"), outside);
            AtomicBoolean over = new AtomicBoolean();
            Thread attacker = Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    try {
                        Files.move(sub, away);
                        Files.move(link, sub);
                        Files.move(sub, link);
                        Files.move(away, sub);
                    } catch (IOException e) {
                        try {
                            if (Files.isSymbolicLink(sub)) {
                                Files.move(sub, link, StandardCopyOption.REPLACE_EXISTING);
                            }
                            if (Files.isDirectory(away)) {
                                Files.move(away, sub, StandardCopyOption.REPLACE_EXISTING);
                            }
                        } catch (IOException again) {
                            // the storage has made a directory meanwhile
                        }
                    }
                }
            });
            int stored = 0;
            for (int i = 0; i < 400; i++) {
                try (FileStorage storage = disk.open(content.info(), directory)) {
                    stored += complete(content, storage, 0) instanceof PieceResult.Stored ? 1 : 0;
                }
            }
            over.set(true);
            attacker.join();

            assertTrue(stored > 0, "never once there was a directory");
            try (Stream<Path> made = Files.list(outside)) {
                assertEquals(List.of(), made.toList());
            }
        }

        @Test
        void readingDoesNotFollowThemEither() throws IOException {
            content.writeTo(outside);
            Files.createSymbolicLink(directory.resolve("t"), outside.resolve("t"));
            try (FileStorage storage = disk.open(content.info(), directory)) {
                assertThrows(StorageException.class, () -> read(storage, new BlockRequest(0, 0, 1000)));
            }
        }

        @Test
        void theDownloadDirectoryItselfMayBeALink() throws IOException {
            Path link = Files.createSymbolicLink(directory.resolve("link"), outside);
            try (FileStorage storage = disk.open(content.info(), link)) {
                completeAll(content, storage);
            }
            assertArrayEquals(content.file(0), Files.readAllBytes(outside.resolve("t/sub/a")));
        }

        @Test
        void aDirectoryInPlaceOfAFileIsAClearError() throws IOException {
            Files.createDirectories(directory.resolve("t/sub/a"));

            assertRefused("is a directory, expected a file");
        }

        private void assertRefused(String reason) {
            try (FileStorage storage = disk.open(content.info(), directory)) {
                PieceResult.Failed failed = assertInstanceOf(PieceResult.Failed.class, complete(content, storage, 0));
                assertTrue(failed.cause().contains(reason), failed.toString());
                assertTrue(failed.path().startsWith(directory.toString()), failed.toString());
            }
        }
    }

    @Test
    void aPieceThatIsBeingWrittenAgainIsNotTakenAwayByClosing() throws Exception {
        TestContent content = TestContent.single(PIECE, PIECE);
        SimulatedMachine machine = new SimulatedMachine();
        FileStorage storage = disk.open(content.info(), machine.folder("d"));
        machine.fail((operation, path) -> true, "no space left on device");
        assertInstanceOf(PieceResult.Failed.class, complete(content, storage, 0));
        Thread closing = new Thread(storage::close);
        machine.fail(
                (operation, path) -> {
                    if (operation.equals("write") && !storage.isClosed()) {
                        closing.start();
                        while (!storage.isClosed()) {
                            Thread.onSpinWait();
                        }
                    }
                    return false;
                },
                "");

        assertEquals(List.of(0), storage.retry());

        closing.join();
        assertArrayEquals(content.bytes(), machine.bytes("d/t").orElseThrow());
        assertThrows(IOException.class, storage::retry);
    }

    @Test
    void closeWaitsForPiecesUnderWay() throws IOException {
        TestContent content = TestContent.single(1 << 20, 8 << 20);
        FileStorage storage = disk.open(content.info(), directory);
        for (int piece = 0; piece < 8; piece++) {
            content.store(storage, piece);
            storage.complete(piece, false, result -> {});
        }
        storage.close();
        assertArrayEquals(content.bytes(), Files.readAllBytes(directory.resolve("t")));
    }
}
