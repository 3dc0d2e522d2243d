package dev.jackdaw.peer.net;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.disk.Rename;
import dev.jackdaw.peer.disk.ResumeState;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What a session knows of a torrent besides its content: where it is, what the user wants of it, what it has
/// transferred. Immutable; its lasting form is [ResumeState].
///
/// @param name            what to call it before its metadata is known
/// @param superSeeding    of this run only: it is for new content, which is not new for long
/// @param maxDownloadRate bytes per second, 0 for none
/// @param maxUploadRate   bytes per second, 0 for none
/// @param trackers        tiers (BEP 12)
/// @param peers           addresses that worked
/// @param renames         of files and folders, the first first
record TorrentRecord(
        InfoHash infoHash,
        String name,
        Path directory,
        boolean paused,
        boolean sequential,
        boolean superSeeding,
        FileSelection selection,
        long maxDownloadRate,
        long maxUploadRate,
        List<List<String>> trackers,
        Instant added,
        Optional<Instant> completed,
        Totals totals,
        List<PeerAddress> peers,
        List<Rename> renames) {

    /// Bytes over all runs, as [dev.jackdaw.peer.TorrentStatus] has them.
    record Totals(long downloaded, long uploaded, long wasted, long corrupt) {
        static final Totals NONE = new Totals(0, 0, 0, 0);

        Totals plus(Totals other) {
            return new Totals(
                    downloaded + other.downloaded,
                    uploaded + other.uploaded,
                    wasted + other.wasted,
                    corrupt + other.corrupt);
        }
    }

    /// A torrent that is added now.
    static TorrentRecord of(TorrentSource source, AddOptions options, Instant now) {
        return new TorrentRecord(
                source.infoHash(),
                name(source),
                options.directory().toAbsolutePath().normalize(),
                options.paused(),
                options.sequential(),
                options.superSeeding(),
                options.priorities().isEmpty() && !options.onlyListed()
                        ? selection(source)
                        : new FileSelection(options.priorities(), options.onlyListed()),
                options.maxDownloadRate(),
                options.maxUploadRate(),
                trackers(source),
                now,
                Optional.empty(),
                Totals.NONE,
                List.of(),
                List.of());
    }

    /// A torrent of an earlier run.
    static TorrentRecord of(TorrentSource source, ResumeState state) {
        return new TorrentRecord(
                source.infoHash(),
                name(source),
                state.directory(),
                state.paused(),
                state.sequential(),
                false,
                state.priorities().length == 0 && !state.restSkipped()
                        ? selection(source)
                        : FileSelection.ofBytes(state.priorities(), state.restSkipped()),
                state.maxDownloadRate(),
                state.maxUploadRate(),
                state.trackers(),
                state.added(),
                state.completed(),
                new Totals(state.downloadedBytes(), state.uploadedBytes(), state.wastedBytes(), state.corruptBytes()),
                state.peers(),
                state.renames());
    }

    /// The same torrent added again, going on from what is remembered of it.
    TorrentRecord continuing(TorrentRecord before) {
        return with(draft -> {
            draft.trackers = trackers.isEmpty() ? before.trackers : trackers;
            draft.added = before.added;
            draft.completed = before.completed;
            draft.totals = before.totals;
            draft.peers = before.peers;
            draft.renames = before.renames;
        });
    }

    ResumeState toState(Optional<Info> info) {
        return new ResumeState(
                infoHash,
                directory,
                paused,
                sequential,
                totals.downloaded,
                totals.uploaded,
                totals.wasted,
                totals.corrupt,
                added,
                completed,
                info.map(known -> selection.isEverything(known) ? new byte[0] : selection.byFile(known))
                        .orElseGet(selection::listed),
                info.isEmpty() && selection.onlyListed(),
                maxDownloadRate,
                maxUploadRate,
                trackers,
                peers,
                renames);
    }

    private static String name(TorrentSource source) {
        return switch (source) {
            case TorrentSource.TorrentFile file -> file.metainfo().info().name();
            case TorrentSource.Magnet magnet ->
                magnet.link().displayName().orElse(magnet.infoHash().hex());
        };
    }

    private static List<List<String>> trackers(TorrentSource source) {
        return switch (source) {
            case TorrentSource.TorrentFile file -> file.metainfo().trackers();
            // a magnet link has no tiers: its trackers are equals, each announced to in its own right
            case TorrentSource.Magnet magnet ->
                magnet.link().trackers().stream().map(List::of).toList();
        };
    }

    private static FileSelection selection(TorrentSource source) {
        if (!(source instanceof TorrentSource.Magnet(MagnetLink link))
                || link.only().isEmpty()) {
            return FileSelection.ALL;
        }
        Map<Integer, FilePriority> listed = new HashMap<>();
        link.only().forEach(file -> listed.put(file, FilePriority.NORMAL));
        return new FileSelection(listed, true);
    }

    /// A copy in which what `change` assigns to its draft is different.
    TorrentRecord with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finish();
    }

    /// What may change of a record, to be assigned to.
    static final class Draft {
        private final TorrentRecord before;
        String name;
        Path directory;
        boolean paused;
        boolean sequential;
        boolean superSeeding;
        FileSelection selection;
        long maxDownloadRate;
        long maxUploadRate;
        List<List<String>> trackers;
        Instant added;
        Optional<Instant> completed;
        Totals totals;
        List<PeerAddress> peers;
        List<Rename> renames;

        private Draft(TorrentRecord record) {
            before = record;
            name = record.name;
            directory = record.directory;
            paused = record.paused;
            sequential = record.sequential;
            superSeeding = record.superSeeding;
            selection = record.selection;
            maxDownloadRate = record.maxDownloadRate;
            maxUploadRate = record.maxUploadRate;
            trackers = record.trackers;
            added = record.added;
            completed = record.completed;
            totals = record.totals;
            peers = record.peers;
            renames = record.renames;
        }

        private TorrentRecord finish() {
            return new TorrentRecord(
                    before.infoHash,
                    name,
                    directory,
                    paused,
                    sequential,
                    superSeeding,
                    selection,
                    maxDownloadRate,
                    maxUploadRate,
                    trackers,
                    added,
                    completed,
                    totals,
                    peers,
                    renames);
        }
    }
}
