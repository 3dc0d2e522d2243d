package dev.jackdaw.cli;

import dev.jackdaw.peer.SessionEvent;
import dev.jackdaw.peer.SessionStatus;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.metainfo.Info;
import java.time.Duration;
import java.util.List;

/// Lines for a pipe or a log: what happens when it happens, and progress now and then.
final class PlainDisplay implements TransferDisplay {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final long PROGRESS_NANOS = Duration.ofSeconds(10).toNanos();

    /// More torrents than this get one line for all of them.
    private static final int MAX_SINGLE_LINES = 5;

    private final Terminal terminal;
    private final TransferText text;
    private final boolean quiet;

    private long nextProgressNanos;
    private boolean started;

    /// @param quiet results and errors only
    PlainDisplay(Terminal terminal, boolean quiet) {
        this.terminal = terminal;
        this.text = new TransferText(terminal);
        this.quiet = quiet;
    }

    @Override
    public void listening(SessionStatus session) {
        chat("listening on port " + session.port());
    }

    @Override
    public void described(TorrentStatus status, Info info) {
        chat(TransferText.described(status, info));
    }

    @Override
    public void event(SessionEvent event) {
        switch (event) {
            case SessionEvent.Warning(String message) -> terminal.err().println("jackdaw: warning: " + Shown.path(message));
            case SessionEvent.PeerBanned(_, var address, String proof) ->
                chat("banned " + address + ": " + Shown.text(proof));
            case SessionEvent.TorrentPublished published -> chat(TransferText.published(published));
            case SessionEvent.TorrentAdded _,
                    SessionEvent.TorrentRemoved _,
                    SessionEvent.MetadataResolved _,
                    SessionEvent.StateChanged _,
                    SessionEvent.PieceCompleted _,
                    SessionEvent.TorrentCompleted _ -> {
                // Told by the other calls.
            }
        }
    }

    @Override
    public void complete(TorrentStatus status, Completion how, Duration taken) {
        terminal.out().println(text.complete(status, how, taken));
    }

    @Override
    public void seeded(TorrentStatus status, Duration time) {
        terminal.out().println(TransferText.seeded(status, time));
    }

    @Override
    public void failed(TorrentStatus status, String reason) {
        terminal.err().println("jackdaw: " + TransferText.failed(status, reason));
    }

    @Override
    public void waits(TorrentStatus status, String reason) {
        terminal.err().println("jackdaw: " + TransferText.waits(status, reason));
    }

    @Override
    public void goesOn(TorrentStatus status) {
        terminal.err().println("jackdaw: " + TransferText.goesOn(status));
    }

    @Override
    public void progress(List<Transfer> transfers, SessionStatus session, long nowNanos) {
        if (!started) {
            started = true;
            nextProgressNanos = nowNanos + PROGRESS_NANOS;
        }
        if (quiet || nowNanos - nextProgressNanos < 0) {
            return;
        }
        nextProgressNanos = nowNanos + PROGRESS_NANOS;
        if (transfers.size() <= MAX_SINGLE_LINES) {
            transfers.forEach(transfer -> chat(TransferText.progress(transfer.torrent().status())));
        } else {
            chat(summary(transfers, session));
        }
    }

    private static String summary(List<Transfer> transfers, SessionStatus session) {
        long complete = transfers.stream()
                .filter(transfer -> transfer.stage() == Transfer.Stage.COMPLETE)
                .count();
        return Amount.count(transfers.size(), "torrent") + ", " + complete + " of them complete, down "
                + Amount.rate(session.downloadRate()) + ", up " + Amount.rate(session.uploadRate()) + ", "
                + Amount.count(session.connections(), "connection");
    }

    private void chat(String line) {
        if (!quiet) {
            terminal.out().println(line);
        }
    }

    @Override
    public void close() {
        terminal.out().flush();
    }

    @Override
    public Duration period() {
        return PERIOD;
    }
}
