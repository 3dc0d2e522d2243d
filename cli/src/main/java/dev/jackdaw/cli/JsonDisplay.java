package dev.jackdaw.cli;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentState;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/// One JSON object a line, for programs; `docs/cli.md` lists the objects.
final class JsonDisplay implements TransferDisplay {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final PrintStream out;

    JsonDisplay(PrintStream out) {
        this.out = out;
    }

    @Override
    public void listening(SessionStatus session) {
        JsonLine.event("listening").with("port", session.port()).print(out);
    }

    @Override
    public void described(TorrentStatus status, Info info) {
        torrent("metadata", status)
                .with("bytes", info.layout().totalLength())
                .with("pieces", info.layout().pieceCount())
                .with("pieceLength", info.layout().pieceLength())
                .with("files", info.files().size())
                .with("private", info.isPrivate())
                .print(out);
    }

    @Override
    public void event(SessionEvent event) {
        switch (event) {
            case SessionEvent.TorrentAdded added -> ofTorrent("added", added).print(out);
            case SessionEvent.TorrentRemoved removed ->
                ofTorrent("removed", removed).print(out);
            case SessionEvent.StateChanged changed ->
                ofTorrent("state", changed).with("state", name(changed.state())).print(out);
            case SessionEvent.TorrentPublished published ->
                ofTorrent("published", published)
                        .with("key", published.link().key())
                        .with("salt", published.link().salt())
                        .with("seq", published.seq())
                        .print(out);
            case SessionEvent.PieceCompleted piece ->
                ofTorrent("piece", piece).with("piece", piece.piece()).print(out);
            case SessionEvent.PeerBanned banned ->
                ofTorrent("banned", banned)
                        .with("peer", banned.address().toString())
                        .with("proof", banned.proof())
                        .print(out);
            case SessionEvent.Warning(String message) ->
                JsonLine.event("warning").with("message", message).print(out);
            case SessionEvent.MetadataResolved _, SessionEvent.TorrentCompleted _ -> {
                // Told by described() and complete().
            }
        }
    }

    @Override
    public void complete(TorrentStatus status, Completion how, Duration taken) {
        torrent("complete", status)
                .with("bytes", status.wantedBytes())
                .with("downloaded", how == Completion.DOWNLOADED)
                .with("seconds", taken.toMillis() / 1000.0)
                .with("path", Transfer.place(status).toString())
                .print(out);
    }

    @Override
    public void seeded(TorrentStatus status, Duration time) {
        torrent("seeded", status)
                .with("uploadedBytes", status.uploadedBytes())
                .with("ratio", status.ratio())
                .with("seconds", time.toMillis() / 1000.0)
                .print(out);
    }

    @Override
    public void failed(TorrentStatus status, String reason) {
        failed(status, reason, false);
    }

    @Override
    public void waits(TorrentStatus status, String reason) {
        failed(status, reason, true);
    }

    @Override
    public void goesOn(TorrentStatus status) {
        // Told by the state.
    }

    private void failed(TorrentStatus status, String reason, boolean retried) {
        torrent("failed", status)
                .with("reason", reason)
                .with("retried", retried)
                .print(out);
    }

    @Override
    public void progress(List<Transfer> transfers, SessionStatus session, long nowNanos) {
        for (Transfer transfer : transfers) {
            TorrentStatus status = transfer.torrent().status();
            JsonLine line = torrent("progress", status)
                    .with("state", name(status.state()))
                    .with(
                            "progress",
                            status.state() instanceof TorrentState.Checking(double share) ? share : status.progress())
                    .with("completedBytes", status.completedBytes())
                    .with("wantedBytes", status.wantedBytes())
                    .with("downloadRate", status.downloadRate())
                    .with("uploadRate", status.uploadRate())
                    .with("downloadedBytes", status.downloadedBytes())
                    .with("uploadedBytes", status.uploadedBytes())
                    .with("wastedBytes", status.wastedBytes())
                    .with("peers", status.connectedPeers())
                    .with("seeds", status.connectedSeeds())
                    .with("knownPeers", status.knownPeers())
                    .with("availability", status.availability());
            status.eta().ifPresent(eta -> line.with("etaSeconds", eta.toSeconds()));
            line.print(out);
        }
    }

    private static JsonLine ofTorrent(String event, SessionEvent.OfTorrent subject) {
        return JsonLine.event(event).with("infoHash", subject.infoHash().hex());
    }

    private static JsonLine torrent(String event, TorrentStatus status) {
        return JsonLine.event(event).with("infoHash", status.infoHash().hex()).with("name", status.name());
    }

    private static String name(TorrentState state) {
        return switch (state) {
            case TorrentState.Checking _ -> "checking";
            case TorrentState.FetchingMetadata _ -> "fetching-metadata";
            case TorrentState.Downloading _ -> "downloading";
            case TorrentState.Seeding _ -> "seeding";
            case TorrentState.Paused _ -> "paused";
            case TorrentState.Failed _ -> "failed";
        };
    }

    @Override
    public void close() {
        out.flush();
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public boolean wantsPieces() {
        return true;
    }
}
