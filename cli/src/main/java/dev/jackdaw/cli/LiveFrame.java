package dev.jackdaw.cli;

import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import java.util.ArrayList;
import java.util.List;

/// Lays out transfers for a terminal of any size: few in detail, many as a table, more than fit as a number.
///
/// Pure: the same values give the same lines.
final class LiveFrame {
    /// Up to this many torrents are shown with a piece map of their own over the whole width.
    static final int MAX_DETAILED = 3;

    private static final int DETAIL_LINES = 4;
    private static final int MIN_NAME = 12;
    private static final int MAX_NAME = 40;
    private static final int PERCENT_COLUMNS = 7;
    private static final int RATE_COLUMNS = 12;
    private static final int TIME_COLUMNS = 8;

    private final WindowSize window;
    private final Palette palette;

    LiveFrame(WindowSize window, Palette palette) {
        this.window = window;
        this.palette = palette;
    }

    /// How many torrents can be shown one by one; only these need a status.
    int capacity() {
        return Math.max(1, window.rows() - 3);
    }

    /// @param shown    the first ones, at most [#capacity()]
    /// @param total    how many there are
    /// @param complete how many of all are complete
    List<String> lines(List<TorrentStatus> shown, int total, int complete, SessionStatus session) {
        List<String> lines = new ArrayList<>();
        boolean detailed = total <= MAX_DETAILED && total * DETAIL_LINES < window.rows();
        for (TorrentStatus status : shown) {
            if (detailed) {
                lines.addAll(detail(status));
            } else {
                lines.add(row(status));
            }
        }
        if (total > shown.size()) {
            lines.add(palette.dim(clip("and " + (total - shown.size()) + " more")));
        }
        if (!detailed) {
            lines.add(clip(complete + " of " + total + " complete   " + palette.down() + " "
                    + Amount.rate(session.downloadRate())
                    + "   " + palette.up() + " " + Amount.rate(session.uploadRate()) + "   "
                    + Amount.count(session.connections(), "connection")));
        }
        return lines;
    }

    private List<String> detail(TorrentStatus status) {
        String percent = percent(status);
        int cells = columns() - percent.length() - 2;
        return List.of(
                palette.bold(clip(Transfer.name(status))),
                cells > 0 ? PieceMap.draw(status.have(), cells, palette) + "  " + percent : clip(percent),
                clip(facts(status)));
    }

    private static String percent(TorrentStatus status) {
        return Amount.percent(
                status.state() instanceof TorrentState.Checking(double share) ? share : status.progress());
    }

    private String facts(TorrentStatus status) {
        return switch (status.state()) {
            case TorrentState.Checking _ -> "checking what is already here";
            case TorrentState.FetchingMetadata() -> "fetching metadata from " + peers(status);
            case TorrentState.Downloading() ->
                join(
                        Amount.bytes(status.completedBytes()) + " of " + Amount.bytes(status.wantedBytes()),
                        palette.down() + " " + Amount.rate(status.downloadRate()),
                        palette.up() + " " + Amount.rate(status.uploadRate()),
                        status.knownPeers() == 0 ? "looking for peers" : peers(status),
                        status.eta()
                                .map(eta -> DurationText.clock(eta) + " left")
                                .orElse(""));
            case TorrentState.Seeding() ->
                join(
                        "seeding " + Amount.bytes(status.wantedBytes()),
                        palette.up() + " " + Amount.rate(status.uploadRate()),
                        peers(status),
                        "sent " + Amount.bytes(status.uploadedBytes()),
                        "ratio " + Amount.ratio(status.ratio()));
            case TorrentState.Paused() -> "paused";
            case TorrentState.Failed(String reason, boolean retried) ->
                (retried ? "waiting: " : "failed: ") + Shown.text(reason);
        };
    }

    private static String peers(TorrentStatus status) {
        String peers = Amount.count(status.connectedPeers(), "peer");
        return status.connectedSeeds() > 0 ? peers + " (" + Amount.count(status.connectedSeeds(), "seed") + ")" : peers;
    }

    private String timeLeft(TorrentStatus status) {
        return status.eta().map(DurationText::clock).orElse(palette.infinity());
    }

    private static String join(String... facts) {
        return String.join("   ", facts).stripTrailing();
    }

    /// `name  map  percent  rate  time`; a narrow terminal loses columns from the right, then the map.
    private String row(TorrentStatus status) {
        int columns = columns();
        int name = Math.clamp(columns / 3, Math.min(MIN_NAME, columns), MAX_NAME);
        StringBuilder row = new StringBuilder(TextWidth.fit(Transfer.name(status), name, palette.ellipsis()));
        int room = columns - name;
        boolean withRate = room >= PERCENT_COLUMNS + RATE_COLUMNS + 4;
        boolean withTime = room >= PERCENT_COLUMNS + RATE_COLUMNS + TIME_COLUMNS + 12;
        int map = room - 2 - PERCENT_COLUMNS - (withRate ? RATE_COLUMNS + 2 : 0) - (withTime ? TIME_COLUMNS + 2 : 0);
        if (map >= 5) {
            row.append("  ").append(PieceMap.draw(status.have(), map - 2, palette));
        }
        if (room >= PERCENT_COLUMNS) {
            row.append(right(percent(status), PERCENT_COLUMNS));
        }
        if (withRate) {
            boolean seeding = status.state() instanceof TorrentState.Seeding;
            String arrow = palette.unicode() ? (seeding ? palette.up() : palette.down()) + " " : "";
            row.append("  ")
                    .append(right(
                            arrow + Amount.rate(seeding ? status.uploadRate() : status.downloadRate()), RATE_COLUMNS));
        }
        if (withTime) {
            row.append("  ").append(right(state(status), TIME_COLUMNS));
        }
        return row.toString();
    }

    private String state(TorrentStatus status) {
        return switch (status.state()) {
            case TorrentState.Checking _ -> "checking";
            case TorrentState.FetchingMetadata() -> "metadata";
            case TorrentState.Downloading() -> timeLeft(status);
            case TorrentState.Seeding() -> "seeding";
            case TorrentState.Paused() -> "paused";
            case TorrentState.Failed failed -> failed.retried() ? "waiting" : "failed";
        };
    }

    private static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - TextWidth.of(text))) + text;
    }

    private String clip(String text) {
        return TextWidth.clip(text, columns(), palette.ellipsis());
    }

    /// One column stays free: some terminals wrap as soon as the last one is written.
    private int columns() {
        return Math.max(1, window.columns() - 1);
    }
}
