package dev.jackdaw.tracker.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final long LIMIT = 64 << 20;

    @TempDir
    Path directory;

    private static List<Report> reports(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new Report(
                        "user-" + i % 7, new InfoHash(i, 2, 3), new PeerId(4, i, 5), i, 2L * i, i % 2 == 0, 1000L + i))
                .toList();
    }

    private static List<JournalFrame> readAll(Journal journal, long after) throws IOException {
        List<JournalFrame> frames = new ArrayList<>();
        for (Optional<JournalFrame> frame = journal.next(after); frame.isPresent(); frame = journal.next(after)) {
            frames.add(frame.get());
            after = frame.get().sequence();
        }
        return frames;
    }

    private List<Path> segments() throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void givesBackWhatWasWrittenInItsOrder() throws IOException {
        try (Journal journal = Journal.open(directory, LIMIT)) {
            assertEquals(Optional.empty(), journal.next(0));
            journal.append(reports(0, 3));
            journal.append(reports(3, 1));
            assertEquals(
                    List.of(new JournalFrame(1, reports(0, 3)), new JournalFrame(2, reports(3, 1))),
                    readAll(journal, 0));
            journal.append(reports(4, 2));
            assertEquals(List.of(new JournalFrame(3, reports(4, 2))), readAll(journal, 2));
        }
    }

    @Test
    void goesOnAfterAnotherProcess() throws IOException {
        try (Journal journal = Journal.open(directory, LIMIT)) {
            journal.append(reports(0, 3));
            journal.append(reports(3, 1));
        }
        try (Journal journal = Journal.open(directory, LIMIT)) {
            assertEquals(2, journal.written());
            journal.append(reports(4, 1));
            assertEquals(3, readAll(journal, 0).size());
            assertEquals(List.of(new JournalFrame(3, reports(4, 1))), readAll(journal, 2));
        }
    }

    @Test
    void survivesBeingCutShortAnywhere() throws IOException {
        try (Journal journal = Journal.open(directory, LIMIT)) {
            journal.append(reports(0, 2));
            journal.append(reports(2, 1));
        }
        Path segment = segments().getFirst();
        byte[] whole = Files.readAllBytes(segment);
        int first = new JournalFrame(1, reports(0, 2)).encode().remaining();
        for (int length = 0; length < whole.length; length++) {
            Files.write(segment, Arrays.copyOf(whole, length));
            Path added;
            try (Journal journal = Journal.open(directory, LIMIT)) {
                journal.append(reports(9, 1));
                List<JournalFrame> frames = readAll(journal, 0);

                assertEquals(length < first ? 1 : 2, frames.size(), "cut at " + length);
                assertEquals(reports(9, 1), frames.getLast().reports());
                if (length >= first) {
                    assertEquals(reports(0, 2), frames.getFirst().reports());
                }
                added = segments().getLast();
            }
            if (!added.equals(segment)) {
                Files.delete(added);
            }
        }
    }

    @Test
    void noticesEveryFlippedBit() {
        byte[] good = new byte[new JournalFrame(5, reports(0, 2)).encode().remaining()];
        new JournalFrame(5, reports(0, 2)).encode().get(good);
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(Optional.empty(), JournalFrame.decode(ByteBuffer.wrap(bad)), "bit " + bit);
        }
    }

    @Test
    void discardsSegmentsThatAreDealtWith() throws IOException {
        try (Journal journal = Journal.open(directory, LIMIT)) {
            for (int i = 0; i < 30; i++) {
                assertTrue(journal.append(reports(i, JournalFrame.MAX_REPORTS)));
            }
            int before = segments().size();
            assertTrue(before >= 2, "some 9 MB are more than one segment");
            assertEquals(30, readAll(journal, 0).size());
            journal.discard(29);
            assertEquals(1, segments().size());
            assertTrue(journal.bytes() < 5 << 20, journal.bytes() + " bytes");
            assertEquals(1, readAll(journal, 29).size());
        }
    }

    @Test
    void takesNoMoreThanItMay() throws IOException {
        try (Journal journal = Journal.open(directory, 1 << 20)) {
            int taken = 0;
            while (journal.append(reports(taken, 1000))) {
                taken++;
            }
            assertTrue(taken > 5, taken + " frames");
            assertTrue(journal.bytes() <= 1 << 20);
            assertFalse(journal.append(reports(0, 1000)));
            assertEquals(taken, readAll(journal, 0).size(), "what is there stays readable");
        }
    }
}
