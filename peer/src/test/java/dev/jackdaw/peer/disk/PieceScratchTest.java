package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.disk.TorrentStorage.PieceResult;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process is killed by copying its state directory while it runs: the file as others see it is what a kill
/// leaves.
class PieceScratchTest {
    private static final int BLOCK = 16 * 1024;

    /// Pieces of three parts, the last of which has one block and a bit.
    private final TestContent content = TestContent.single((2 << 20) + 2 * BLOCK, (6 << 20) + 5 * BLOCK + 100);

    @TempDir
    Path root;

    private final SessionDisk disk = new SessionDisk(64 << 20, 42, 2);
    private int kills;

    @AfterEach
    void close() {
        disk.close();
        assertEquals(0, disk.buffers().allocated());
    }

    private FileStorage open(Path state) {
        return disk.open(content.info(), root.resolve("content"), ResumeFile.open(state));
    }

    private Path state() throws IOException {
        return Files.createDirectories(root.resolve("state"));
    }

    private Path kill(Path state) throws IOException {
        Path left = Files.createDirectories(root.resolve("killed-" + ++kills));
        try (Stream<Path> files = Files.list(state)) {
            for (Path file : files.toList()) {
                Files.copy(file, left.resolve(file.getFileName()));
            }
        }
        return left;
    }

    private void store(FileStorage storage, int piece, int... blocks) {
        for (int block : blocks) {
            BlockRequest request = content.info().layout().block(piece, block);
            int from = (int) content.info().layout().offset(piece) + request.begin();
            storage.store(piece, request.begin(), ByteBuffer.wrap(content.bytes(), from, request.length()));
        }
    }

    private Bitfield blocks(int piece, int... blocks) {
        Bitfield all = new Bitfield(content.info().layout().blockCount(piece));
        for (int block : blocks) {
            all.set(block);
        }
        return all;
    }

    private static PieceResult complete(FileStorage storage, int piece) {
        CompletableFuture<PieceResult> answer = new CompletableFuture<>();
        storage.complete(piece, false, answer::complete);
        return answer.join();
    }

    @Test
    void blocksOfAKilledProcessAreThereAndTheRestIsFetched() throws IOException {
        Path left;
        try (FileStorage killed = open(state())) {
            store(killed, 0, 0, 63, 64, 129);
            store(killed, 2, 5);
            left = kill(state());
        }

        try (FileStorage next = open(left)) {
            assertEquals(Map.of(0, blocks(0, 0, 63, 64, 129), 2, blocks(2, 5)), next.recover());
            for (int block = 0; block < content.info().layout().blockCount(0); block++) {
                if (!blocks(0, 0, 63, 64, 129).get(block)) {
                    store(next, 0, block);
                }
            }
            assertInstanceOf(PieceResult.Stored.class, complete(next, 0));
            byte[] seen = new byte[content.piece(0).length];
            next.read(new BlockRequest(0, 0, seen.length), ByteBuffer.wrap(seen));
            assertArrayEquals(content.piece(0), seen);
            next.drop(2);
            assertFalse(Files.exists(left.resolve(PieceScratch.NAME))
                    && !next.recover().isEmpty());
        }
    }

    @Test
    void whatWasCompletedOrDroppedIsNotFoundAgain() throws IOException {
        Path left;
        try (FileStorage killed = open(state())) {
            content.store(killed, 1);
            complete(killed, 1);
            store(killed, 0, 1);
            killed.drop(0);
            store(killed, 2, 7);
            left = kill(state());
        }

        try (FileStorage next = open(left)) {
            assertEquals(Map.of(2, blocks(2, 7)), next.recover());
        }
    }

    @Test
    void anOrderlyEndLeavesPiecesInTheMakingForTheNextRunIfToldTo() throws IOException {
        try (FileStorage ended = open(state())) {
            store(ended, 0, 3, 4);
            store(ended, 1, 9);
            ended.leavePieces();
            ended.drop(1);
        }
        assertEquals(0, disk.buffers().allocated());

        try (FileStorage next = open(state())) {
            assertEquals(Map.of(0, blocks(0, 3, 4), 1, blocks(1, 9)), next.recover());
        }
        assertFalse(Files.exists(state().resolve(PieceScratch.NAME)), "nothing was left by the second run");
    }

    @Test
    void theFileGoesWhenNoPieceIsInTheMaking() throws IOException {
        try (FileStorage storage = open(state())) {
            store(storage, 0, 0);
            assertTrue(Files.exists(state().resolve(PieceScratch.NAME)));
            storage.drop(0);
            disk.buffers().trim();
            disk.buffers().trim();

            assertFalse(Files.exists(state().resolve(PieceScratch.NAME)));
            store(storage, 1, 0);
        }
        assertFalse(Files.exists(state().resolve(PieceScratch.NAME)));
    }

    @Test
    void piecesOfAnotherTorrentAreNotTaken() throws IOException {
        TestContent other = TestContent.single((2 << 20) + 2 * BLOCK, (6 << 20) + 5 * BLOCK + 101);
        Path left;
        try (FileStorage killed = open(state())) {
            store(killed, 0, 0);
            left = kill(state());
        }
        try (FileStorage next = disk.open(other.info(), root.resolve("content"), ResumeFile.open(left))) {
            assertEquals(Map.of(), next.recover());
        }
    }

    /// Whatever became of the file: what it claims is within what was there, and wrong bytes do not pass their
    /// hash.
    @Test
    void aDamagedFileCostsAtMostWhatItHeld() throws IOException {
        Path left;
        try (FileStorage killed = open(state())) {
            store(killed, 0, 0, 64, 128);
            store(killed, 1, 2);
            left = kill(state());
        }
        byte[] good = Files.readAllBytes(left.resolve(PieceScratch.NAME));
        int slot = good.length / 4;
        Random random = new Random(1);
        for (int i = 0; i < 400; i++) {
            byte[] bad = good.clone();
            if (i < 4 * 56) {
                bad[i / 56 * slot + i % 56] ^= (byte) (1 + random.nextInt(255));
            } else if (i % 2 == 0) {
                bad = Arrays.copyOf(good, random.nextInt(good.length));
            } else {
                bad[random.nextInt(bad.length)] ^= 1;
            }
            Path file = left.resolve(PieceScratch.NAME);
            Files.write(file, bad);
            try (FileStorage next = open(left)) {
                for (Map.Entry<Integer, Bitfield> piece : next.recover().entrySet()) {
                    assertTrue(piece.getKey() == 0 || piece.getKey() == 1, "damage " + i);
                    assertEquals(
                            content.info().layout().blockCount(piece.getKey()),
                            piece.getValue().size());
                    assertFalse(piece.getValue().isEmpty());
                }
            }
        }
    }

    @Test
    void withoutRoomForTheFilePlainMemoryDoes() throws IOException {
        Files.createDirectories(state().resolve(PieceScratch.NAME));
        try (FileStorage storage = open(state())) {
            assertEquals(Map.of(), storage.recover());
            content.store(storage, 0);
            assertInstanceOf(PieceResult.Stored.class, complete(storage, 0));
        }
    }
}
