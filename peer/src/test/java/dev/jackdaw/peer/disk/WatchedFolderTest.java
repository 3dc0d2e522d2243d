package dev.jackdaw.peer.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchedFolderTest {
    private static final List<String> FILE = List.of("a");

    private final SimulatedMachine machine = new SimulatedMachine();
    private final AtomicLong now = new AtomicLong();
    private final WatchedFolder folder = new WatchedFolder(machine.folder("f"), now::get);

    @BeforeEach
    void putAFileThere() {
        machine.put("f/a", new byte[10]);
    }

    private void assertRefused() {
        StorageException refused = assertThrows(StorageException.class, () -> folder.facts(FILE));
        assertEquals("read f/a: another program has changed the file; it has to be checked", refused.getMessage());
    }

    @Test
    void aFileThatIsAsItWasIsServed() throws IOException {
        folder.know(FILE);

        assertEquals(10, folder.facts(FILE).orElseThrow().size());
        folder.openForReading(FILE).close();
        assertEquals(Set.of(), folder.takeChanged());
    }

    @Test
    void anotherOneIsRefusedUntilSomebodyTakesNotice() throws IOException {
        folder.know(FILE);
        machine.put("f/a", new byte[20]);

        assertRefused();
        assertRefused();
        assertThrows(StorageException.class, () -> folder.openForReading(FILE));

        assertEquals(Set.of(FILE), folder.takeChanged());
        assertEquals(20, folder.facts(FILE).orElseThrow().size());
    }

    @Test
    void whatTheTorrentWritesItselfIsNoChange() throws IOException {
        folder.know(FILE);
        folder.writing(FILE);
        machine.put("f/a", new byte[20]);
        assertEquals(20, folder.facts(FILE).orElseThrow().size());
        machine.put("f/a", new byte[30]);
        folder.wrote(FILE);

        assertEquals(30, folder.facts(FILE).orElseThrow().size());
        machine.put("f/a", new byte[40]); // as a flush would
        assertEquals(40, folder.facts(FILE).orElseThrow().size());
    }

    @Test
    void onceItsWritesHaveSettledItIsWatchedAgain() throws IOException {
        folder.writing(FILE);
        folder.wrote(FILE);
        now.addAndGet(WatchedFolder.SETTLING_NANOS);
        folder.facts(FILE);
        machine.put("f/a", new byte[20]);

        assertRefused();
    }

    @Test
    void aRecordClaimsAFileAsItWasKnown() throws IOException {
        folder.know(FILE);
        machine.put("f/a", new byte[20]);

        assertEquals(10, folder.asKnown(FILE).orElseThrow().size());
        assertEquals(20, folder.know(FILE).orElseThrow().size());
    }

    @Test
    void aFileThatVanishesIsForOthersToNotice() throws IOException {
        folder.know(FILE);
        machine.remove("f/a");

        assertTrue(folder.facts(FILE).isEmpty());
        assertEquals(Set.of(), folder.takeChanged());
    }
}
