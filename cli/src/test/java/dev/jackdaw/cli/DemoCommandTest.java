package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    @TempDir
    Path directory;

    @Test
    void everyLeecherGetsEveryByte() {
        var terminal = TestTerminal.in(directory);

        int status = terminal.run(Session::open, "demo", "--size", "3M", "--leechers", "3");

        assertEquals(0, status, terminal.err());
        assertTrue(
                terminal.outLines().getLast().startsWith("complete: 3 leechers got 3.00 MiB each in "), terminal.out());
        assertTrue(terminal.outLines().getLast().endsWith("every byte verified"), terminal.out());
    }

    @Test
    void givesUpInTimeWhenTheSwarmIsStuck() {
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(new TorrentState.Downloading());

        assertEquals(1, terminal.run(session.sessions(), "demo", "--size", "1M", "--timeout", "0s"));

        assertTrue(terminal.err().contains("in time"), terminal.err());
        assertTrue(session.isClosed());
    }

    @Test
    void differencesOfCopiesAreNamed() throws IOException {
        Path original = Files.createDirectory(directory.resolve("original"));
        DemoContent content = DemoContent.write(original, 100_000, new SplittableRandom(1));

        assertEquals(Optional.empty(), content.differenceOf(original));
        Files.writeString(original.resolve("extra"), "");
        assertEquals(Optional.of("6 files, expected 5"), content.differenceOf(original));
        byte[] film = Files.readAllBytes(original.resolve("film.mkv"));
        film[film.length - 1] ^= 1;
        Files.write(original.resolve("film.mkv"), film);
        assertEquals(Optional.of("film.mkv differs"), content.differenceOf(original));
        Files.delete(original.resolve("empty.dat"));
        assertEquals(Optional.of("empty.dat is missing"), content.differenceOf(original));
    }

    @Test
    void rowsFitAnyTerminal() {
        var status = FakeTorrent.status(
                InfoHash.ofHex("ab".repeat(20)), "demo", new TorrentState.Downloading(), Optional.empty(), 500, 1000);

        for (int columns : new int[] {1, 9, 20, 40, 60, 80, 200}) {
            for (String line : new DemoFrame(new WindowSize(columns, 24), new Palette(true, true))
                    .lines(status, List.of(status))) {
                assertTrue(TextWidth.of(line) <= columns, columns + ": " + line);
            }
        }
    }
}
