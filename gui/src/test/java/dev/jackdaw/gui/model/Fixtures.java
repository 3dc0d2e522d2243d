package dev.jackdaw.gui.model;

import dev.jackdaw.peer.Reachability;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentSettings;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.Info;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Statuses as a session gives them, with what matters in a test set and the rest plain.
public final class Fixtures {
    public static final Text ENGLISH = Text.of(Locale.ENGLISH);
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private Fixtures() {}

    public static InfoHash hash(int number) {
        return new InfoHash(number, 0, 0);
    }

    public static TorrentStatus status(int number, String name, TorrentState state) {
        return status(number, name, state, 0, 100, 0, List.of());
    }

    public static TorrentStatus status(
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

    private static final Info INFO = info();

    private static Info info() {
        try {
            byte[] bytes = ("d6:lengthi100e4:name1:x12:piece lengthi16384e6:pieces20:" + "a".repeat(20) + "e")
                    .getBytes(StandardCharsets.ISO_8859_1);
            return Info.parse(bytes);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    public static TorrentSnapshot snapshot(TorrentStatus status) {
        return TorrentSnapshot.of(status, false, 1, OptionalDouble.empty(), Optional.empty());
    }

    public static Frame frame(TorrentStatus... statuses) {
        return new Frame(
                List.of(statuses).stream().map(Fixtures::snapshot).toList(),
                new SessionStatus(6881, 0, 0, 0, 0, 0, Reachability.UNKNOWN),
                Optional.empty());
    }
}
