package dev.jackdaw.peer.disk;

import static dev.jackdaw.peer.disk.TestContent.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.disk.ResumeFile.Recalled;
import dev.jackdaw.peer.disk.TorrentStorage.PieceResult;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.BlockRequest;
import dev.jackdaw.protocol.PeerAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ResumeFileTest {
    private static final int PIECE = 16 * 1024;
    // b is not wanted: pieces 1 and 3 are shared with it, 2 is its own.
    private static final TestContent CONTENT =
            TestContent.of(PIECE, file("a", 20_000), file("b", 40_000), file("empty", 0), file("c", 50_000));
    private static final byte[] PRIORITIES = {4, 0, 4, 4};
    /// How many crashes each step is tried with; `-Djackdaw.crashes=250` makes more than 10,000 cut points.
    private static final int CRASHES = Integer.getInteger("jackdaw.crashes", 6);

    private static final List<Integer> WANTED = List.of(0, 1, 3, 4, 5, 6);

    /// A thousand crashes make a thousand warnings. Held here, or it could be collected and come back loud.
    private static final Logger LOGGER = Logger.getLogger(ResumeFile.class.getName());

    private final SessionDisk disk = new SessionDisk(1 << 20, 42, 2);

    @BeforeAll
    static void muteWarnings() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void unmuteWarnings() {
        LOGGER.setLevel(null);
    }

    @AfterEach
    void close() {
        disk.close();
    }

    private static ResumeState state(long downloaded) {
        return new ResumeState(
                CONTENT.info().infoHash(),
                Path.of("/somewhere/else"),
                true,
                false,
                downloaded,
                2,
                3,
                4,
                Instant.ofEpochMilli(1_700_000_000_123L),
                Optional.of(Instant.ofEpochMilli(1_700_000_001_000L)),
                PRIORITIES,
                true,
                5,
                6,
                List.of(List.of("http://t/announce", "udp://u:1"), List.of("https://v/")),
                List.of(PeerAddress.of(new byte[] {1, 2, 3, 4}, 5), PeerAddress.of(new byte[16], 6)),
                List.of(new Rename(List.of("t", "a"), "b"), new Rename(List.of("t"), "ü")));
    }

    /// One run of a process.
    private final class Run implements AutoCloseable {
        final ResumeFile resume;
        final FileStorage storage;
        final Bitfield stored = new Bitfield(CONTENT.pieceCount());

        Run(SimulatedMachine machine) throws IOException {
            resume = ResumeFile.open(machine.folder("state"));
            storage = disk.open(CONTENT.info(), machine.folder("content"), resume);
            storage.setFilePriorities(PRIORITIES);
        }

        Recalled recall() throws IOException {
            return resume.recall(CONTENT.info(), storage);
        }

        /// What a session does at its start.
        Bitfield verify() throws IOException {
            Recalled recalled = recall();
            Bitfield have = recalled.trusted().copy();
            Bitfield good = storage.check(recalled.uncertain(), progress -> {}).join();
            for (int piece = good.nextSet(0); piece >= 0; piece = good.nextSet(piece + 1)) {
                have.set(piece);
            }
            resume.verified(have);
            return have;
        }

        boolean download(int piece) {
            CONTENT.store(storage, piece);
            CompletableFuture<PieceResult> answer = new CompletableFuture<>();
            storage.complete(piece, false, answer::complete);
            if (answer.join() instanceof PieceResult.Stored) {
                stored.set(piece);
                return true;
            }
            return false;
        }

        void checkpoint() throws IOException {
            resume.checkpoint(state(stored.cardinality()));
        }

        void end() throws IOException {
            storage.close();
            checkpoint();
            resume.close();
        }

        /// Lets go without a trace, as when killed.
        @Override
        public void close() {
            storage.close();
            resume.close();
        }
    }

    private void downloadAll(SimulatedMachine machine) throws IOException {
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            for (int piece : WANTED) {
                assertTrue(run.download(piece));
            }
            run.end();
        }
    }

    @Test
    void everythingRememberedComesBack() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        ResumeFile.open(machine.folder("state")).checkpoint(state(77));

        assertEquals(
                Optional.of(state(77)), ResumeFile.open(machine.folder("state")).state());
    }

    @Test
    void aCommandBeforeTheRecordWasComparedLeavesItsPieces() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        downloadAll(machine);

        try (Run killed = new Run(machine)) {
            killed.resume.checkpoint(state(1)); // the user pauses it, say, while files are still being opened
            Recalled recalled = killed.recall();
            assertEquals(WANTED.size(), recalled.trusted().cardinality());
            killed.resume.checkpoint(state(2));
        }

        try (Run next = new Run(machine)) {
            Recalled recalled = next.recall();
            assertEquals(WANTED.size(), recalled.trusted().cardinality());
            assertTrue(recalled.uncertain().isEmpty());
            assertEquals(Optional.of(state(2)), next.resume.state());
        }
    }

    @Test
    void aCommandBeforeTheFirstCheckHidesNothingFromIt() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();

        try (Run killed = new Run(machine)) {
            killed.checkpoint();
            assertTrue(killed.recall().uncertain().isFull());
        }

        try (Run next = new Run(machine)) {
            assertTrue(next.recall().uncertain().isFull(), "what was there before was never looked at");
        }
    }

    @Test
    void withoutARecordEveryPieceIsUncertain() throws IOException {
        try (Run run = new Run(new SimulatedMachine())) {
            assertTrue(run.recall().uncertain().isFull());
            assertTrue(run.recall().trusted().isEmpty());
            assertEquals(List.of(), run.resume.complaints());
        }
    }

    @Test
    void afterAnOrderlyEndNothingIsHashed() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        downloadAll(machine);

        try (Run run = new Run(machine)) {
            assertEquals(WANTED.size(), run.recall().trusted().cardinality());
            assertTrue(run.recall().uncertain().isEmpty());
        }
    }

    @Test
    void aRecordIsNotWrittenAgainWhereNothingHasChanged() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        downloadAll(machine);
        byte[] before = machine.bytes("state/resume").orElseThrow();

        try (Run run = new Run(machine)) {
            run.verify();
            run.resume.checkpoint(run.resume.state().orElseThrow());
            assertArrayEquals(before, machine.bytes("state/resume").orElseThrow());
            assertFalse(run.resume.isDue(Long.MAX_VALUE));

            machine.remove("state/resume");
            run.resume.checkpoint(run.resume.state().orElseThrow());
            assertTrue(machine.bytes("state/resume").isPresent(), "somebody has deleted it");
        }
    }

    @Test
    void afterAKillOnlyPiecesSinceTheCheckpointAreHashed() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            run.download(0);
            run.download(1);
            run.checkpoint();
            run.download(3);
        }

        try (Run run = new Run(machine)) {
            Recalled recalled = run.recall();
            assertEquals(0, recalled.trusted().nextSet(0));
            assertEquals(1, recalled.trusted().nextSet(1));
            assertEquals(2, recalled.trusted().cardinality());
            assertEquals(1, recalled.uncertain().cardinality());
            assertTrue(recalled.uncertain().get(3));
        }
    }

    @Test
    void onlyThePiecesOfAFileThatWasChangedAreHashedAgain() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        downloadAll(machine);
        machine.put("content/t/a", new byte[20_000]);

        try (Run run = new Run(machine)) {
            Recalled recalled = run.recall();
            assertEquals(0, recalled.uncertain().nextSet(0));
            assertEquals(1, recalled.uncertain().nextSet(1));
            assertEquals(2, recalled.uncertain().cardinality());
            assertEquals(WANTED.size() - 2, recalled.trusted().cardinality());
        }
    }

    @Test
    void aFileThatTheUserHasPutThereIsFound() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            run.download(0);
            run.end();
        }
        byte[] c = Arrays.copyOfRange(CONTENT.bytes(), 60_000, 110_000);
        machine.put("content/t/c", c);

        try (Run run = new Run(machine)) {
            assertFalse(run.recall().uncertain().get(1), "nothing of its file is another's work");
            Bitfield have = run.verify();
            assertEquals(4, have.cardinality());
            assertTrue(have.get(0) && have.get(4) && have.get(5) && have.get(6));
            run.end();
        }
        try (Run run = new Run(machine)) {
            assertTrue(run.recall().uncertain().isEmpty(), "it is looked at once");
        }
    }

    @Test
    void aFileThatIsGoneIsNotTrusted() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        downloadAll(machine);
        machine.remove("content/t/c");

        try (Run run = new Run(machine)) {
            Bitfield have = run.verify();
            assertEquals(2, have.cardinality());
        }
    }

    @Test
    void aFileChangedLongAfterAKillIsHashedAgain() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            run.download(0);
            run.download(6);
            run.checkpoint();
        }
        machine.passNanos(TimeUnit.MINUTES.toNanos(3));
        machine.put("content/t/c", new byte[50_000]);

        try (Run run = new Run(machine)) {
            Recalled recalled = run.recall();
            assertTrue(recalled.trusted().get(0));
            assertTrue(recalled.uncertain().get(6));
            assertEquals(1, run.verify().cardinality());
        }
    }

    @Test
    void aCheckpointIsDueAWhileAfterTheFirstPieceAndOnceMoreWhenItIsQuiet() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            assertFalse(run.resume.isDue(0));
            run.download(0);
            assertFalse(run.resume.isDue(0));
            assertFalse(run.resume.isDue(ResumeFile.CHECKPOINT_NANOS - 1));
            assertTrue(run.resume.isDue(ResumeFile.CHECKPOINT_NANOS));
            run.checkpoint();

            long later = 2 * ResumeFile.CHECKPOINT_NANOS;
            assertFalse(run.resume.isDue(later));
            assertTrue(run.resume.isDue(later + ResumeFile.CHECKPOINT_NANOS));
            run.checkpoint();
            assertFalse(run.resume.isDue(Long.MAX_VALUE));
        }
        machine.passNanos(TimeUnit.HOURS.toNanos(1));
        try (Run run = new Run(machine)) {
            assertTrue(run.recall().trusted().get(0));
        }
    }

    @Test
    void everyFlippedByteOfTheRecordIsSurvivedWithoutAFalseClaim() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        downloadAll(machine);
        byte[] good = machine.bytes("state/resume").orElseThrow();
        byte[] previous = machine.bytes("state/resume.old").orElseThrow();
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            machine.put("state/resume", bad);
            machine.put("state/resume.old", previous);
            assertSurvives(machine);
        }
        for (int length = 0; length < good.length; length++) {
            machine.put("state/resume", Arrays.copyOf(good, length));
            machine.put("state/resume.old", previous);
            assertSurvives(machine);
        }
    }

    private void assertSurvives(SimulatedMachine machine) throws IOException {
        try (Run run = new Run(machine)) {
            assertFalse(run.resume.complaints().isEmpty());
            assertEquals(
                    CONTENT.info().infoHash(), run.resume.state().orElseThrow().infoHash());
            assertNoFalseClaim(run, run.recall().trusted());
        }
    }

    @Test
    void everyFlippedByteOfTheJournalIsSurvivedWithoutAFalseClaim() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            for (int piece : WANTED) {
                run.download(piece);
            }
        }
        byte[] good = machine.bytes("state/journal.1").orElseThrow();
        assertEquals(WANTED.size() * PieceJournal.ENTRY_LENGTH, good.length);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            machine.put("state/journal.1", bad);
            try (Run run = new Run(machine)) {
                assertEquals(WANTED.size() - 1, run.recall().uncertain().cardinality());
                assertTrue(run.recall().trusted().isEmpty());
            }
        }
        for (int length = 0; length < good.length; length++) {
            machine.put("state/journal.1", Arrays.copyOf(good, length));
            try (Run run = new Run(machine)) {
                assertEquals(
                        length / PieceJournal.ENTRY_LENGTH,
                        run.recall().uncertain().cardinality());
            }
        }
    }

    @Test
    void aCrashAtAnyStepNeverYieldsAFalseClaimNorAFullCheck() throws IOException {
        SimulatedMachine whole = new SimulatedMachine();
        downloadInRounds(whole, new Random(0), new ArrayList<>());
        int steps = whole.steps();
        assertTrue(steps > 40, "steps " + steps);
        System.Logger.Level level = CRASHES > 6 ? System.Logger.Level.INFO : System.Logger.Level.DEBUG;
        System.getLogger(ResumeFileTest.class.getName()).log(level, "{0} cut points", steps * CRASHES);

        for (int step = 1; step <= steps; step++) {
            for (int seed = 0; seed < CRASHES; seed++) {
                Random random = new Random(seed);
                SimulatedMachine machine = new SimulatedMachine();
                machine.crashAt(step);
                List<Bitfield> checkpoints = new ArrayList<>();
                Bitfield stored = downloadInRounds(machine, random, checkpoints);
                boolean killed = seed % 3 == 0;
                if (killed) {
                    machine.restartProcess();
                } else {
                    machine.restartAfterPowerCut(random);
                }
                assertRecovers(machine, "step " + step + " seed " + seed, checkpoints, killed ? stored : null);
            }
        }
    }

    /// @param checkpoints takes what each successful checkpoint claimed
    private Bitfield downloadInRounds(SimulatedMachine machine, Random random, List<Bitfield> checkpoints) {
        List<Integer> order = new ArrayList<>(WANTED);
        Collections.shuffle(order, random);
        Bitfield stored = new Bitfield(CONTENT.pieceCount());
        try (Run run = new Run(machine)) {
            try {
                run.verify();
                run.checkpoint();
                checkpoints.add(stored.copy());
                for (int piece : order) {
                    if (run.download(piece) && !machine.isCrashed()) {
                        stored.set(piece);
                    }
                    if (piece % 2 == 0) {
                        run.checkpoint();
                        checkpoints.add(stored.copy());
                    }
                }
                run.end();
                checkpoints.add(stored.copy());
            } catch (IOException e) {
                assertTrue(machine.isCrashed(), e.toString());
            }
        } catch (IOException e) {
            assertTrue(machine.isCrashed(), e.toString());
        }
        return stored;
    }

    private void assertRecovers(
            SimulatedMachine machine, String when, List<Bitfield> checkpoints, @Nullable Bitfield stored)
            throws IOException {
        try (Run run = new Run(machine)) {
            Recalled recalled = run.recall();
            assertNoFalseClaim(run, recalled.trusted());
            Bitfield have = run.verify();
            assertNoFalseClaim(run, have);
            if (stored != null) {
                assertFalse(stored.hasAnyMissingFrom(have), when + " stored " + stored + " have " + have);
            }
            if (!checkpoints.isEmpty()) {
                Bitfield claimed = checkpoints.getLast();
                assertFalse(claimed.hasAnyMissingFrom(have), when + " lost what a checkpoint claimed");
                assertFalse(claimed.hasAnyMissingFrom(recalled.trusted()), when + " hashes what a checkpoint claimed");
            }
            for (int piece : WANTED) {
                if (!have.get(piece)) {
                    assertTrue(run.download(piece));
                }
            }
            run.end();
        }
        try (Run run = new Run(machine)) {
            assertEquals(WANTED.size(), run.recall().trusted().cardinality(), when);
            assertTrue(run.recall().uncertain().isEmpty(), when);
            assertNoFalseClaim(run, run.recall().trusted());
        }
    }

    private static void assertNoFalseClaim(Run run, Bitfield have) throws IOException {
        for (int piece = have.nextSet(0); piece >= 0; piece = have.nextSet(piece + 1)) {
            byte[] expected = CONTENT.piece(piece);
            ByteBuffer seen = ByteBuffer.allocate(expected.length);
            run.storage.read(new BlockRequest(piece, 0, expected.length), seen);
            assertArrayEquals(expected, seen.array(), "piece " + piece);
        }
    }

    @Test
    void anUnwantedFileWantedLaterMovesIntoPlaceOrStaysAsideWhateverCrashes() throws IOException {
        for (int step = 1; step < 16; step++) {
            for (int seed = 0; seed < 6; seed++) {
                SimulatedMachine machine = new SimulatedMachine();
                downloadAll(machine);
                machine.crashAt(machine.steps() + step);
                try (Run run = new Run(machine)) {
                    run.storage.setFilePriorities(new byte[] {4, 4, 4, 4});
                } catch (IOException e) {
                    assertTrue(machine.isCrashed());
                }
                if (seed == 0) {
                    machine.restartProcess();
                } else {
                    machine.restartAfterPowerCut(new Random(seed));
                }
                try (Run run = new Run(machine)) {
                    assertNoFalseClaim(run, run.recall().trusted());
                    assertEquals(WANTED.size(), run.verify().cardinality(), "step " + step + " seed " + seed);
                }
            }
        }
    }

    @Test
    void diskErrorsNameOperationPathAndCause() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        try (Run run = new Run(machine)) {
            machine.fail(
                    (operation, path) -> operation.equals("write") && path.endsWith("/c"), "No space left on device");
            CONTENT.store(run.storage, 6);
            CompletableFuture<PieceResult> answer = new CompletableFuture<>();
            run.storage.complete(6, false, answer::complete);
            assertEquals(new PieceResult.Failed("write", "content/t/c", "No space left on device"), answer.join());

            machine.fail((operation, path) -> false, "");
            assertTrue(run.download(6));
            machine.fail((operation, path) -> operation.equals("read"), "Input/output error");
            Throwable failure = run.storage
                    .check(progress -> {})
                    .handle((good, thrown) -> thrown)
                    .join();
            assertEquals(
                    "read content/t/c: Input/output error",
                    assertInstanceOf(StorageException.class, failure).getMessage());
        }
    }

    /// As the torrent's loop asks.
    @Test
    void whetherACheckpointIsDueIsToldWhileTheDiskIsStuck() throws Exception {
        SimulatedMachine machine = new SimulatedMachine();
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            machine.fail(
                    (operation, path) -> {
                        if (path.contains("journal")) {
                            writing.countDown();
                            try {
                                written.await();
                            } catch (InterruptedException e) {
                                return true;
                            }
                        }
                        return false;
                    },
                    "");
            CONTENT.store(run.storage, 0);
            run.storage.complete(0, false, result -> {});
            writing.await();

            assertFalse(run.resume.isDue(0));
            assertTrue(run.resume.isDue(ResumeFile.CHECKPOINT_NANOS));

            written.countDown();
        }
    }

    @Test
    void aJournalThatCannotBeWrittenDoesNotStopTheDownload() throws IOException {
        SimulatedMachine machine = new SimulatedMachine();
        try (Run run = new Run(machine)) {
            run.verify();
            run.checkpoint();
            machine.fail((operation, path) -> path.startsWith("state/"), "No space left on device");
            assertTrue(run.download(0));
            machine.fail((operation, path) -> false, "");
            run.checkpoint();
        }
        try (Run run = new Run(machine)) {
            assertTrue(run.recall().trusted().get(0));
        }
    }
}
