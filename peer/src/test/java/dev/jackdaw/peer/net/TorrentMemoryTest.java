package dev.jackdaw.peer.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.disk.ResumeState;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorrentMemoryTest {
    private static final TorrentSource SOURCE = magnet();
    private static final FileTime LONG_AGO = FileTime.from(Instant.EPOCH);

    @TempDir
    private Path parent;

    private final Queue<Runnable> background = new ArrayDeque<>();
    private final List<String> warnings = new ArrayList<>();

    private static TorrentSource magnet() {
        try {
            return new TorrentSource.Magnet(MagnetLink.parse("magnet:?xt=urn:btih:" + "5b".repeat(20) + "&dn=album"));
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    private TorrentRecord record(boolean paused) {
        return TorrentRecord.of(SOURCE, AddOptions.into(parent), Instant.ofEpochSecond(1))
                .with(draft -> draft.paused = paused);
    }

    private ResumeState state(boolean paused) {
        return record(paused).toState(Optional.empty());
    }

    private Path directory() {
        return parent.resolve("memory");
    }

    private TorrentMemory open() {
        return TorrentMemory.open(directory(), background::add, warnings::add);
    }

    private void runBackground() {
        for (Runnable next = background.poll(); next != null; next = background.poll()) {
            next.run();
        }
    }

    private Optional<TorrentMemory.Remembered> recalled() {
        return open().recall();
    }

    @Test
    void whereATorrentComesFromAndItsLastStateAreRememberedInTheBackground() {
        TorrentMemory memory = open();
        memory.save(SOURCE);
        memory.save(state(false));
        memory.save(state(true));
        assertFalse(Files.exists(directory()), "nobody waits for the disk");

        assertEquals(1, background.size());
        runBackground();
        assertEquals(Optional.of(new TorrentMemory.Remembered(record(true), SOURCE)), recalled());
        assertEquals(List.of(), warnings);
    }

    @Test
    void whatWaitsAtTheEndIsWritten() {
        TorrentMemory memory = open();
        memory.save(SOURCE);
        Thread.ofPlatform().start(background.remove());
        memory.close(state(true));
        assertEquals(Optional.of(new TorrentMemory.Remembered(record(true), SOURCE)), recalled());
    }

    @Test
    void theEndDoesNotWaitForASaveThatNobodyTakes() {
        TorrentMemory memory = TorrentMemory.open(
                directory(),
                task -> {
                    throw new RejectedExecutionException("the session is closed");
                },
                warnings::add);
        memory.save(SOURCE);
        memory.save(state(false));

        memory.close(state(true));

        assertEquals(Optional.of(state(true)), open().resume().state());
    }

    @Test
    void theEndDoesNotWaitForASaveThatHasFailed() throws IOException {
        Files.writeString(directory(), "no directory");
        TorrentMemory memory = TorrentMemory.open(directory(), background::add, warning -> {
            warnings.add(warning);
            if (warnings.size() == 1) {
                throw new IllegalStateException("a bug");
            }
        });
        memory.save(SOURCE);
        assertThrows(IllegalStateException.class, this::runBackground);

        memory.close(state(true));

        assertEquals(2, warnings.size(), warnings.toString());
    }

    @Test
    void aTorrentThatHasNotChangedCostsNoWriting() throws IOException {
        TorrentMemory memory = open();
        memory.save(SOURCE);
        memory.save(state(false));
        runBackground();
        List<Path> files = List.of(directory().resolve("magnet"), directory().resolve("resume"));
        for (Path file : files) {
            Files.setLastModifiedTime(file, LONG_AGO);
        }

        TorrentMemory next = open();
        next.save(SOURCE);
        next.save(state(false));
        runBackground();
        next.close(state(false));
        for (Path file : files) {
            assertEquals(LONG_AGO, Files.getLastModifiedTime(file), file.toString());
        }
    }

    @Test
    void nothingIsLeftOfWhatIsForgotten() {
        TorrentMemory memory = open();
        memory.save(SOURCE);
        memory.save(state(false));
        runBackground();
        memory.forget();
        assertFalse(Files.exists(directory()));

        memory.save(SOURCE);
        assertTrue(background.isEmpty(), "a late save brings nothing back");
    }
}
