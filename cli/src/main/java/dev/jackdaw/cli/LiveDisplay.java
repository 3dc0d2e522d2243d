package dev.jackdaw.cli;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.metainfo.Info;
import java.time.Duration;
import java.util.List;

/// A picture of the transfers that is redrawn in place, for a person at a terminal.
final class LiveDisplay implements TransferDisplay {
    private static final Duration PERIOD = Duration.ofMillis(250);

    private final Terminal terminal;
    private final TransferText text;
    private final Palette palette;
    private final LiveRegion region;

    LiveDisplay(Terminal terminal) {
        this.terminal = terminal;
        this.text = new TransferText(terminal);
        this.palette = Palette.of(terminal);
        this.region = new LiveRegion(terminal);
    }

    @Override
    public void listening(SessionStatus session) {
        region.print(palette.dim("listening on port " + session.port()));
    }

    @Override
    public void described(TorrentStatus status, Info info) {
        region.print(palette.dim(TransferText.described(status, info)));
    }

    @Override
    public void event(SessionEvent event) {
        switch (event) {
            case SessionEvent.Warning(String message) -> region.print(palette.red("warning: ") + Shown.path(message));
            case SessionEvent.PeerBanned(_, var address, String proof) ->
                region.print(palette.dim("banned " + address + ": " + Shown.text(proof)));
            case SessionEvent.TorrentPublished published -> region.print(palette.dim(TransferText.published(published)));
            case SessionEvent.TorrentAdded _,
                    SessionEvent.TorrentRemoved _,
                    SessionEvent.MetadataResolved _,
                    SessionEvent.StateChanged _,
                    SessionEvent.PieceCompleted _,
                    SessionEvent.TorrentCompleted _ -> {
                // Seen in the picture.
            }
        }
    }

    @Override
    public void complete(TorrentStatus status, Completion how, Duration taken) {
        region.print(palette.green(text.complete(status, how, taken)));
    }

    @Override
    public void seeded(TorrentStatus status, Duration time) {
        region.print(palette.green(TransferText.seeded(status, time)));
    }

    @Override
    public void failed(TorrentStatus status, String reason) {
        region.print(palette.red("failed ") + TransferText.failed(status, reason));
    }

    @Override
    public void waits(TorrentStatus status, String reason) {
        region.print(palette.red("waiting ") + TransferText.waits(status, reason));
    }

    @Override
    public void goesOn(TorrentStatus status) {
        region.print(TransferText.goesOn(status));
    }

    @Override
    public void progress(List<Transfer> transfers, SessionStatus session, long nowNanos) {
        LiveFrame frame = new LiveFrame(terminal.window().get(), palette);
        List<TorrentStatus> shown = transfers.stream()
                .limit(frame.capacity())
                .map(transfer -> transfer.torrent().status())
                .toList();
        int complete = (int) transfers.stream()
                .filter(transfer -> transfer.stage() == Transfer.Stage.COMPLETE)
                .count();
        region.draw(frame.lines(shown, transfers.size(), complete, session));
    }

    /// Prints a line of the log above the picture; from any thread.
    void log(String line) {
        region.print(line);
    }

    @Override
    public void close() {
        region.close();
    }

    @Override
    public Duration period() {
        return PERIOD;
    }
}
