package dev.jackdaw.cli;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.peer.TrackerStatus;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The sentences about transfers that displays share.
final class TransferText {
    private final Terminal terminal;

    TransferText(Terminal terminal) {
        this.terminal = terminal;
    }

    static String published(SessionEvent.TorrentPublished published) {
        return "publisher " + published.link().key().substring(0, 8) + "... offers torrent " + published.infoHash()
                + " (number " + published.seq() + ")";
    }

    static String described(TorrentStatus status, Info info) {
        long files = info.files().stream().filter(file -> !file.padding()).count();
        long bytes = info.files().stream()
                .filter(file -> !file.padding())
                .mapToLong(FileEntry::length)
                .sum();
        return "added " + Transfer.name(status) + ": " + Amount.bytes(bytes) + " in " + Amount.count(files, "file")
                + ", " + Amount.count(info.layout().pieceCount(), "piece") + ", info-hash "
                + status.infoHash().hex();
    }

    /// For a download it begins with `complete`, which scripts may rely on.
    String complete(TorrentStatus status, TransferDisplay.Completion how, Duration taken) {
        String name = Transfer.name(status);
        String size = Amount.bytes(status.wantedBytes());
        String place = terminal.display(Transfer.place(status));
        return switch (how) {
            case DOWNLOADED -> {
                long millis = Math.max(1, taken.toMillis());
                String rate = Amount.rate(Math.round(status.wantedBytes() * 1000.0 / millis));
                yield "complete " + name + ": " + size + " downloaded and verified in " + DurationText.show(taken)
                        + " (" + rate + "), in " + place;
            }
            case FOUND -> "complete " + name + ": " + size + " was already here and is verified, in " + place;
            case SEEDING -> "seeding " + name + ": " + size + " verified, in " + place;
        };
    }

    static String seeded(TorrentStatus status, Duration time) {
        return "seeded " + Transfer.name(status) + ": sent " + Amount.bytes(status.uploadedBytes()) + ", ratio "
                + Amount.ratio(status.ratio()) + ", in " + DurationText.show(time);
    }

    static String failed(TorrentStatus status, String reason) {
        return Transfer.name(status) + ": " + Shown.path(reason);
    }

    static String waits(TorrentStatus status, String reason) {
        return failed(status, reason) + "; trying again every 10 s";
    }

    static String goesOn(TorrentStatus status) {
        return Transfer.name(status) + ": goes on";
    }

    /// What to know of a torrent's trackers: why none of them works, or what one that works warns of. While one works,
    /// those that do not are of no interest.
    static Optional<String> trackers(TorrentStatus status, List<TrackerStatus> trackers) {
        boolean oneWorks = trackers.stream().anyMatch(TrackerStatus::working);
        boolean allSpoke =
                trackers.stream().noneMatch(tracker -> tracker.message().isEmpty());
        return trackers.stream()
                .filter(tracker ->
                        oneWorks ? tracker.working() && !tracker.message().isEmpty() : allSpoke)
                .findFirst()
                .map(tracker -> Transfer.name(status) + (oneWorks ? ": tracker " : ": no tracker works: ")
                        + tracker.url() + ": " + tracker.message());
    }

    /// One line of progress for a pipe.
    static String progress(TorrentStatus status) {
        String name = Transfer.name(status);
        return switch (status.state()) {
            case TorrentState.Checking(double progress) -> name + ": checking, " + Amount.percent(progress);
            case TorrentState.FetchingMetadata() ->
                name + ": fetching metadata, " + Amount.count(status.connectedPeers(), "peer");
            case TorrentState.Downloading() ->
                name + ": " + Amount.percent(status.progress()) + ", " + Amount.bytes(status.completedBytes()) + " of "
                        + Amount.bytes(status.wantedBytes()) + ", " + rates(status) + ", "
                        + Amount.count(status.connectedPeers(), "peer")
                        + status.eta()
                                .map(eta -> ", " + DurationText.show(eta) + " left")
                                .orElse("");
            case TorrentState.Seeding() ->
                name + ": seeding, " + rates(status) + ", " + Amount.count(status.connectedPeers(), "peer") + ", sent "
                        + Amount.bytes(status.uploadedBytes()) + ", ratio " + Amount.ratio(status.ratio());
            case TorrentState.Paused() -> name + ": paused, " + Amount.percent(status.progress());
            case TorrentState.Failed(String reason, boolean retried) ->
                name + (retried ? ": waiting: " : ": failed: ") + Shown.path(reason);
        };
    }

    private static String rates(TorrentStatus status) {
        return "down " + Amount.rate(status.downloadRate()) + ", up " + Amount.rate(status.uploadRate());
    }
}
