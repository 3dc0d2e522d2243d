package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFilesTest {
    private static final byte[] FIRST = "the first content".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECOND = "the second, longer content".getBytes(StandardCharsets.US_ASCII);

    private final SimulatedMachine machine = new SimulatedMachine();
    private final StateFiles files = new StateFiles(machine.folder("s"));

    private static byte[] content(StateFiles.Loaded loaded) {
        return loaded.content().orElseThrow().bytes();
    }

    @Test
    void whatWasWrittenLastIsRead() throws IOException {
        files.write("x", 3, FIRST);
        files.write("x", 4, SECOND);

        StateFiles.Loaded loaded = files.read("x");
        assertArrayEquals(SECOND, content(loaded));
        assertEquals(4, loaded.content().orElseThrow().version());
        assertTrue(loaded.complaints().isEmpty());
    }

    @Test
    void aFileHoldsWhatIsThereUnderItsOwnNameAlone() throws IOException {
        assertFalse(files.holds("x", 1, FIRST));
        files.write("x", 1, FIRST);
        files.write("x", 1, SECOND);
        assertTrue(files.holds("x", 1, SECOND));
        assertFalse(files.holds("x", 2, SECOND));
        assertFalse(files.holds("x", 1, FIRST), "that is an older copy");
        machine.remove("s/x");
        assertFalse(files.holds("x", 1, FIRST));
    }

    @Test
    void nothingIsNoComplaint() {
        StateFiles.Loaded loaded = files.read("x");
        assertTrue(loaded.content().isEmpty());
        assertTrue(loaded.complaints().isEmpty());
    }

    @Test
    void onTheRealFileSystemToo(@TempDir Path directory) throws IOException {
        StateFiles real = new StateFiles(directory.resolve("new"));
        real.write("x", 1, FIRST);
        real.write("x", 1, SECOND);
        assertArrayEquals(SECOND, content(real.read("x")));
        real.delete("x");
        assertTrue(real.read("x").content().isEmpty());
    }

    @Test
    void everyFlippedByteIsNoticedAndThePreviousCopyRead() throws IOException {
        files.write("x", 1, FIRST);
        files.write("x", 1, SECOND);
        byte[] good = machine.bytes("s/x").orElseThrow();
        byte[] previous = machine.bytes("s/x.old").orElseThrow();

        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                machine.put("s/x", bad);
                machine.put("s/x.old", previous);

                StateFiles.Loaded loaded = files.read("x");
                assertArrayEquals(FIRST, content(loaded));
                assertEquals(1, loaded.complaints().size());
                assertTrue(loaded.complaints().getFirst().startsWith("read s/x: damaged"));
                assertArrayEquals(bad, machine.bytes("s/x.damaged").orElseThrow());
            }
        }
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        files.write("x", 1, SECOND);
        byte[] good = machine.bytes("s/x").orElseThrow();

        for (int length = 0; length < good.length; length++) {
            machine.put("s/x", Arrays.copyOf(good, length));
            StateFiles.Loaded loaded = files.read("x");
            assertTrue(loaded.content().isEmpty());
            assertEquals(1, loaded.complaints().size());
        }
    }

    @Test
    void aCrashAtAnyStepLeavesTheOldOrTheNewContent() throws IOException {
        for (int step = 1; step < 20; step++) {
            for (int seed = 0; seed < 20; seed++) {
                SimulatedMachine fragile = new SimulatedMachine();
                StateFiles before = new StateFiles(fragile.folder("s"));
                before.write("x", 1, "nought".getBytes(StandardCharsets.US_ASCII));
                before.write("x", 1, FIRST);
                fragile.crashAt(fragile.steps() + step);
                boolean written = true;
                try {
                    before.write("x", 1, SECOND);
                } catch (StorageException e) {
                    written = false;
                }
                if (seed == 0) {
                    fragile.restartProcess();
                } else {
                    fragile.restartAfterPowerCut(new Random(seed));
                }

                byte[] read = content(new StateFiles(fragile.folder("s")).read("x"));
                if (written) {
                    assertArrayEquals(SECOND, read);
                } else {
                    assertTrue(Arrays.equals(FIRST, read) || Arrays.equals(SECOND, read), "step " + step);
                }
            }
        }
    }

    @Test
    void aFullDiskKeepsTheOldContentAndIsNamed() throws IOException {
        files.write("x", 1, FIRST);
        machine.fail((operation, path) -> operation.equals("write"), "No space left on device");

        StorageException full = assertThrows(StorageException.class, () -> files.write("x", 1, SECOND));
        assertEquals("write s/x.new: No space left on device", full.getMessage());
        machine.fail((operation, path) -> false, "");
        StateFiles.Loaded loaded = files.read("x");
        assertArrayEquals(FIRST, content(loaded));
        assertFalse(loaded.content().isEmpty());
    }
}
