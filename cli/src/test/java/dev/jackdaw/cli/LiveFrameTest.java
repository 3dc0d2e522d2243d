package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveFrameTest {
    private static final SessionStatus SESSION =
            new SessionStatus(6881, 3 << 20, 100 << 10, 7, 0, 0, Reachability.UNKNOWN);
    private static final Palette PLAIN = new Palette(false, true);

    @Test
    void showsOneTorrentInThreeLines() {
        List<String> lines = frame(80, 24).lines(List.of(downloading("debian.iso", 400)), 1, 0, SESSION);

        assertEquals(
                List.of(
                        "debian.iso",
                        "█".repeat(29) + "·".repeat(42) + "  40.0 %",
                        "400 B of 1000 B   ↓ 3.00 MiB/s   ↑ 100 KiB/s   7 peers (2 seeds)   1:35 left"),
                lines);
    }

    @Test
    void showsManyTorrentsOneALine() {
        List<String> lines = frame(100, 24)
                .lines(
                        List.of(
                                downloading("one", 0),
                                downloading("two", 500),
                                downloading("three", 1000),
                                downloading("four", 10)),
                        4,
                        1,
                        SESSION);

        assertEquals(5, lines.size());
        assertTrue(lines.get(1).startsWith("two "), lines.get(1));
        assertTrue(lines.get(1).endsWith("50.0 %  ↓ 3.00 MiB/s      1:35"), lines.get(1));
        assertTrue(lines.get(4).startsWith("1 of 4 complete"), lines.get(4));
    }

    @Test
    void countsTorrentsThatDoNotFit() {
        LiveFrame frame = frame(80, 10);

        List<TorrentStatus> shown = IntStream.range(0, frame.capacity())
                .mapToObj(i -> downloading("t" + i, 0))
                .toList();
        List<String> lines = frame.lines(shown, 1000, 0, SESSION);

        assertTrue(lines.size() < 10, lines::toString);
        assertTrue(lines.contains("and " + (1000 - frame.capacity()) + " more"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 20, 33, 40, 60, 80, 132, 300})
    void neverWrapsALine(int columns) {
        String wide = "写真の長い名前をもつフォルダー".repeat(5);
        for (int count : new int[] {1, 3, 8}) {
            List<TorrentStatus> shown = IntStream.range(0, count)
                    .mapToObj(i -> downloading(wide, 333))
                    .toList();

            for (String line : new LiveFrame(new WindowSize(columns, 30), new Palette(true, true))
                    .lines(shown, count, 0, SESSION)) {
                assertTrue(TextWidth.of(line) <= columns, () -> columns + ": " + line);
            }
        }
    }

    @Test
    void escapesNamesFromTorrents() {
        String line = frame(80, 24)
                .lines(List.of(downloading("a\u001b[2Jb\nc", 0)), 1, 0, SESSION)
                .getFirst();

        assertFalse(line.contains("\u001b"), line);
        assertFalse(line.contains("\n"), line);
    }

    @Test
    void pieceMapShowsSharesOfCells() {
        Bitfield have = new Bitfield(40);
        IntStream.range(0, 15).forEach(have::set);

        assertEquals("█▒··", PieceMap.draw(have, 4, PLAIN));
        assertEquals("#=..", PieceMap.draw(have, 4, new Palette(false, false)));
    }

    @Test
    void pieceMapStretchesFewPiecesOverManyCells() {
        Bitfield have = new Bitfield(2);
        have.set(1);

        assertEquals("···███", PieceMap.draw(have, 6, PLAIN));
    }

    @Test
    void pieceMapOfAnUnknownTorrentIsEmpty() {
        assertEquals("····", PieceMap.draw(new Bitfield(0), 4, PLAIN));
    }

    @Test
    void textIsCutByColumnsNotCharacters() {
        assertEquals("写真…", TextWidth.clip("写真の名", 6, "…"));
        assertEquals(4, TextWidth.of("e\u0301abc"));
        assertEquals("ab  ", TextWidth.fit("ab", 4, "…"));
        assertEquals("", TextWidth.clip("abc", 1, "..."));
    }

    private static LiveFrame frame(int columns, int rows) {
        return new LiveFrame(new WindowSize(columns, rows), PLAIN);
    }

    private static TorrentStatus downloading(String name, long completed) {
        return FakeTorrent.status(
                InfoHash.ofHex("ab".repeat(20)),
                name,
                new TorrentState.Downloading(),
                Optional.empty(),
                completed,
                1000);
    }
}
