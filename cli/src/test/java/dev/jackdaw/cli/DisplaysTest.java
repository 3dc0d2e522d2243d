package dev.jackdaw.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jackdaw.cli.TransferDisplay.Completion;
import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DisplaysTest {
    private static final InfoHash HASH = new InfoHash(1, 2, 3);
    private static final SessionStatus SESSION =
            new SessionStatus(6881, 3 << 20, 100 << 10, 7, 0, 0, Reachability.UNKNOWN);
    private static final PeerAddress PEER = PeerAddress.of(new byte[] {(byte) 192, 0, 2, 1}, 6881);

    private final TestTerminal terminal = TestTerminal.in(Path.of("/"));

    private static TorrentStatus status(TorrentState state, long completed) {
        return FakeTorrent.status(HASH, "a\u001b[31mb", state, Optional.empty(), completed, 100);
    }

    private static Transfer transfer(TorrentState state, long completed) {
        return new Transfer(new FakeTorrent(status(state, completed)), 0);
    }

    @Nested
    class OnAPipe {
        private final PlainDisplay display = new PlainDisplay(terminal.terminal(), false);

        @Test
        void aDownloadEndsWithALineThatStartsWithComplete() {
            display.complete(status(new TorrentState.Seeding(), 100), Completion.DOWNLOADED, Duration.ofSeconds(2));

            assertTrue(terminal.outLines().getLast().startsWith("complete "), terminal.out());
            assertFalse(terminal.out().contains("\u001b"), "a name does not reach the terminal raw");
        }

        @Test
        void progressComesEveryTenSecondsAndNoSooner() {
            List<Transfer> transfers = List.of(transfer(new TorrentState.Downloading(), 40));
            for (int second = 0; second <= 20; second++) {
                display.progress(transfers, SESSION, TimeUnit.SECONDS.toNanos(second));
            }

            assertEquals(2, terminal.outLines().size(), terminal.out());
            assertTrue(terminal.outLines().getFirst().contains("40.0 %"), terminal.out());
        }

        @Test
        void manyTorrentsAreSummedUpInOneLine() {
            List<Transfer> transfers = java.util.stream.Stream.generate(() -> transfer(new TorrentState.Seeding(), 100))
                    .limit(500)
                    .toList();
            display.progress(transfers, SESSION, 0);
            display.progress(transfers, SESSION, TimeUnit.SECONDS.toNanos(10));

            assertEquals(1, terminal.outLines().size());
            assertTrue(terminal.out().startsWith("500 torrents, "), terminal.out());
        }

        @Test
        void warningsAndFailuresGoToStandardError() {
            display.event(new SessionEvent.Warning("port taken"));
            display.failed(status(new TorrentState.Failed("x", false), 0), "disk full");

            assertEquals("jackdaw: warning: port taken\njackdaw: a\\x{1b}[31mb: disk full\n", terminal.err());
            assertEquals("", terminal.out());
        }

        @Test
        void quietLeavesResultsAlone() {
            PlainDisplay quiet = new PlainDisplay(terminal.terminal(), true);
            quiet.listening(SESSION);
            quiet.event(new SessionEvent.PeerBanned(HASH, PEER, "lied"));
            quiet.progress(List.of(transfer(new TorrentState.Downloading(), 40)), SESSION, Long.MAX_VALUE / 2);
            assertEquals("", terminal.out());

            quiet.complete(status(new TorrentState.Seeding(), 100), Completion.FOUND, Duration.ZERO);
            assertEquals(1, terminal.outLines().size());
        }
    }

    @Nested
    class AsJson {
        private final JsonDisplay display = new JsonDisplay(terminal.terminal().out());

        @Test
        void everyLineIsAnObjectWithItsEvent() {
            display.listening(SESSION);
            display.event(new SessionEvent.TorrentAdded(HASH));
            display.event(new SessionEvent.StateChanged(HASH, new TorrentState.FetchingMetadata()));
            display.event(new SessionEvent.PieceCompleted(HASH, 7));
            display.event(new SessionEvent.PeerBanned(HASH, PEER, "lied"));
            display.event(new SessionEvent.Warning("w"));
            display.progress(List.of(transfer(new TorrentState.Downloading(), 40)), SESSION, 0);
            display.failed(status(new TorrentState.Failed("x", false), 0), "disk full");

            String hash = ",\"infoHash\":\"" + HASH.hex() + "\"";
            List<String> lines = terminal.outLines();
            assertEquals("{\"event\":\"listening\",\"port\":6881}", lines.get(0));
            assertEquals("{\"event\":\"added\"" + hash + "}", lines.get(1));
            assertEquals("{\"event\":\"state\"" + hash + ",\"state\":\"fetching-metadata\"}", lines.get(2));
            assertEquals("{\"event\":\"piece\"" + hash + ",\"piece\":7}", lines.get(3));
            assertEquals(
                    "{\"event\":\"banned\"" + hash + ",\"peer\":\"192.0.2.1:6881\",\"proof\":\"lied\"}", lines.get(4));
            assertEquals("{\"event\":\"warning\",\"message\":\"w\"}", lines.get(5));
            assertTrue(
                    lines.get(6)
                            .startsWith("{\"event\":\"progress\"" + hash
                                    + ",\"name\":\"a\\u001B[31mb\",\"state\":\"downloading\",\"progress\":0.4,"),
                    lines.get(6));
            assertTrue(lines.get(7).endsWith("\"reason\":\"disk full\",\"retried\":false}"), lines.get(7));
        }
    }
}
