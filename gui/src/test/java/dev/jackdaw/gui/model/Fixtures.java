package dev.jackdaw.gui.model;

import dev.jackdaw.peer.TorrentSettings;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Statuses as a session gives them, with what matters in a test set and the rest plain.
final class Fixtures {
    static final Text ENGLISH = Text.of(Locale.ENGLISH);
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private Fixtures() {}

    static InfoHash hash(int number) {
        return new InfoHash(number, 0, 0);
    }

    static TorrentStatus status(int number, String name, TorrentState state) {
        return status(number, name, state, 0, 100, 0, List.of());
    }

    static TorrentStatus status(
            int number,
            String name,
            TorrentState state,
            long completed,
            long wanted,
            long downloadRate,
            List<String> trackers) {
        return new TorrentStatus(
                hash(number),
                name,
                state,
                completed == wanted ? Optional.of(INFO) : Optional.empty(),
                new Bitfield(0),
                Path.of("/content"),
                wanted,
                completed,
                completed,
                2 * wanted,
                0,
                0,
                downloadRate,
                0,
                0,
                0,
                0,
                0,
                Optional.<Duration>empty(),
                NOW.minusSeconds(3600),
                completed == wanted ? Optional.of(NOW.minusSeconds(1800)) : Optional.empty(),
                new TorrentSettings(
                        state instanceof TorrentState.Paused,
                        false,
                        0,
                        0,
                        trackers.stream().map(List::of).toList()));
    }

    private static final dev.jackdaw.protocol.metainfo.Info INFO = info();

    private static dev.jackdaw.protocol.metainfo.Info info() {
        try {
            byte[] bytes = ("d6:lengthi100e4:name1:x12:piece lengthi16384e6:pieces20:" + "a".repeat(20) + "e")
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            return dev.jackdaw.protocol.metainfo.Info.parse(bytes);
        } catch (dev.jackdaw.protocol.ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    static TorrentSnapshot snapshot(TorrentStatus status) {
        return TorrentSnapshot.of(status, false, 1, java.util.OptionalDouble.empty(), Optional.empty());
    }

    static Frame frame(TorrentStatus... statuses) {
        return new Frame(
                List.of(statuses).stream().map(Fixtures::snapshot).toList(),
                new dev.jackdaw.peer.SessionStatus(6881, 0, 0, 0, 0, 0, dev.jackdaw.peer.Reachability.UNKNOWN),
                Optional.empty());
    }
}
