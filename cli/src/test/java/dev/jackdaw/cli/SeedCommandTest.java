package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedCommandTest {
    @TempDir
    Path directory;

    private Path content;

    @BeforeEach
    void makeContent() throws IOException {
        content = Files.writeString(directory.resolve("letter.txt"), "dear reader");
        Files.setLastModifiedTime(content, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }

    @Test
    void sharesAFileAndPrintsItsMagnetLink() {
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(new TorrentState.Checking(0), new TorrentState.Seeding())
                .afterScript(terminal.interruption()::request);

        assertEquals(
                130,
                terminal.run(session.sessions(), "seed", "letter.txt", "--tracker", "http://tracker.example/announce"));

        String magnet = terminal.outLines().getFirst();
        assertTrue(
                magnet.startsWith("magnet magnet:?xt=urn:btih:")
                        && magnet.endsWith("&dn=letter.txt&tr=http%3A%2F%2Ftracker.example%2Fannounce"),
                magnet);
        assertTrue(session.added().getFirst().seedMode());
        assertEquals(directory, session.added().getFirst().directory());
    }

    @Test
    void keepsTheTorrentForTheNextTimeUnlessTheContentChanges() throws IOException {
        assertEquals(infoHash(), infoHash());
        Path kept;
        try (var files = Files.list(directory.resolve("state/shared"))) {
            kept = files.findFirst().orElseThrow();
        }
        FileTime written = Files.getLastModifiedTime(kept);
        assertEquals(infoHash(), infoHash());
        assertEquals(written, Files.getLastModifiedTime(kept));

        String before = infoHash();
        Files.writeString(content, "dear reade!");

        assertTrue(!before.equals(infoHash()));
    }

    @Test
    void fetchesWhatLacksOfIncompleteContentAndThenSeeds() throws IOException, InterruptedException {
        Files.write(
                directory.resolve("letter.torrent"),
                MetainfoBuilder.of(content).build().toBytes());
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(
                        new TorrentState.Checking(0), new TorrentState.Downloading(), new TorrentState.Seeding())
                .afterScript(terminal.interruption()::request);

        assertEquals(130, terminal.run(session.sessions(), "seed", "letter.torrent", "--dir", "elsewhere"));

        String note = "jackdaw: warning: letter.txt: only 40.0 % of its content is in ";
        assertTrue(terminal.err().startsWith(note), terminal.err());
        assertTrue(terminal.err().contains("; fetching the rest"), terminal.err());
        assertTrue(terminal.out().contains("seeding letter.txt"), terminal.out());
    }

    @Test
    void stopsWhenTheGoalIsReached() {
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(new TorrentState.Seeding());

        assertEquals(0, terminal.run(session.sessions(), "seed", "letter.txt", "--seed-time", "0s", "--no-state"));
    }

    @Test
    void sharesWhatALinkLeadsTo() throws IOException {
        Files.createDirectories(directory.resolve("links"));
        Files.createSymbolicLink(directory.resolve("links/latest"), content);
        var terminal = TestTerminal.in(directory);
        var session = new FakeSession(new TorrentState.Seeding());

        assertEquals(0, terminal.run(session.sessions(), "seed", "links/latest", "--seed-time", "0s"));

        assertTrue(terminal.outLines().getFirst().endsWith("&dn=letter.txt"), terminal.out());
        assertEquals(
                directory.toRealPath(), session.added().getFirst().directory().toRealPath());
    }

    @Test
    void refusesADirectoryWithLinksRatherThanServeAPartOfIt() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("letters"));
        Files.writeString(folder.resolve("one"), "dear reader");
        Files.createSymbolicLink(folder.resolve("two"), Path.of("one"));
        var terminal = TestTerminal.in(directory);

        assertEquals(2, terminal.run("seed", "letters"));

        assertEquals(
                "jackdaw: cannot share letters: letters/two is a symbolic link, which is not followed; put what it leads"
                        + " to there, or leave it out\n",
                terminal.err());
    }

    @Test
    void doesNotTakeAnEmptyNameForTheCurrentDirectory() {
        var terminal = TestTerminal.in(directory);

        assertEquals(2, terminal.run("seed", ""));

        assertEquals("jackdaw: SOURCE is empty; the current directory is '.'\n", terminal.err());
    }

    @Test
    void namesAMissingPath() {
        var terminal = TestTerminal.in(directory);

        assertEquals(2, terminal.run("seed", "nothing"));

        assertEquals("jackdaw: cannot share nothing: no such file or directory\n", terminal.err());
    }

    private String infoHash() {
        var terminal = TestTerminal.in(directory);
        terminal.run(new FakeSession(new TorrentState.Seeding()).sessions(), "seed", "letter.txt", "--seed-time", "0s");
        return terminal.outLines().getFirst();
    }
}
