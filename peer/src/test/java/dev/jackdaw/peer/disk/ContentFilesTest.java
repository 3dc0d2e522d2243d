package dev.jackdaw.peer.disk;

import static dev.jackdaw.peer.disk.TestContent.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentFilesTest {
    private static final int PIECE = 16 * 1024;
    private static final TestContent CONTENT =
            TestContent.of(PIECE, file("a", PIECE + 100), file("empty", 0), file("b", PIECE - 100), file("c", PIECE));

    private final SimulatedMachine machine = new SimulatedMachine();
    private final FilePool pool = new FilePool(10, () -> 0);
    private final ContentFiles files = new ContentFiles(CONTENT.info(), machine.folder("d"), pool, new FileClaims(), () -> 0);

    private void write(int piece) throws IOException {
        try (PieceBuffers memory = new PieceBuffers(PIECE)) {
            PieceBuffer buffer = new PieceBuffer(memory, SegmentSource.PLAIN, piece, PIECE);
            buffer.put(0, ByteBuffer.wrap(CONTENT.piece(piece)));
            files.write(piece, buffer);
            buffer.release();
        }
    }

    private byte[] read(int piece) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(PIECE);
        files.read(new BlockRequest(piece, 0, PIECE), target, 0);
        return target.array();
    }

    private static Bitfield pieces(int... some) {
        Bitfield pieces = new Bitfield(CONTENT.pieceCount());
        for (int piece : some) {
            pieces.set(piece);
        }
        return pieces;
    }

    @Test
    void whatIsWrittenIsReadFromFilesThatComeWithIt() throws IOException {
        write(1);

        assertEquals(Set.of("d/t/a", "d/t/b", "d/t/empty"), machine.lengths().keySet());
        assertArrayEquals(CONTENT.piece(1), read(1));
    }

    @Test
    void aFileThatHoldsPiecesIsNotMadeAnewWhenItVanishes() throws IOException {
        write(0);
        write(1);
        write(2);
        machine.remove("d/t/a");
        pool.closeAll(files);

        assertThrows(IOException.class, () -> write(0));
        assertFalse(machine.lengths().containsKey("d/t/a"));
        write(2);

        files.expect(pieces(2));
        write(0);
        assertArrayEquals(CONTENT.piece(0), read(0));
    }

    @Test
    void whatAnotherProgramChangesIsInDoubtUntilThatIsTold() throws IOException {
        machine.put("d/t/a", CONTENT.file(0));
        machine.put("d/t/b", CONTENT.file(2));
        machine.put("d/t/c", CONTENT.file(3));
        files.facts();
        assertArrayEquals(CONTENT.piece(2), read(2));
        assertTrue(files.takeDoubtful().isEmpty());

        machine.put("d/t/c", new byte[PIECE]);
        pool.closeAll(files);
        assertThrows(StorageException.class, () -> read(2));

        assertEquals(pieces(2), files.takeDoubtful());
        assertTrue(files.takeDoubtful().isEmpty());
        assertArrayEquals(new byte[PIECE], read(2));
    }

    @Test
    void nothingIsReadAfterTheEnd() throws IOException {
        write(0);
        files.close();

        assertThrows(StorageException.class, () -> read(0));
        assertEquals(0, pool.size());
    }

    @Test
    void whatIsInMemoryIsReadWithoutWaiting() throws IOException {
        write(0);
        write(1);
        assertEquals(0, inMemory(1).length, "no file is open for reading");
        read(1);
        assertEquals(0, inMemory(1).length, "the system does not say that it is in memory");

        machine.setAllInMemory(true);
        assertArrayEquals(CONTENT.piece(1), inMemory(1));
        machine.fail((operation, path) -> operation.equals("read"), "I/O error");
        assertEquals(0, inMemory(1).length);
        machine.fail((operation, path) -> false, "");
        files.close();
        assertEquals(0, inMemory(1).length);
    }

    /// Empty if that takes waiting.
    private byte[] inMemory(int piece) {
        ByteBuffer target = ByteBuffer.allocate(CONTENT.info().layout().length(piece));
        BlockRequest block = new BlockRequest(piece, 0, target.capacity());
        return files.readIfInMemory(block, target, 0) ? target.array() : new byte[0];
    }
}
