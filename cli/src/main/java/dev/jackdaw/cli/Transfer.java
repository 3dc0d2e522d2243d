package dev.jackdaw.cli;

import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.metainfo.Info;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A torrent of a command and how far the command has come with it. Owned by the command's thread.
final class Transfer {
    /// What the command has found out; it only moves forwards.
    enum Stage {
        /// Metadata, checking, downloading.
        UNDER_WAY,
        /// Every wanted byte is here and verified.
        COMPLETE,
        /// Seeded as long as was asked for.
        DONE,
        FAILED
    }

    private final Torrent torrent;
    private final long startNanos;

    private Stage stage = Stage.UNDER_WAY;
    private boolean described;
    private boolean downloaded;
    private boolean fetching;
    /// Why it cannot go on; empty if it can.
    private Optional<String> obstacle = Optional.empty();
    private String saidOfTrackers = "";
    private long completeNanos;

    Transfer(Torrent torrent, long startNanos) {
        this.torrent = torrent;
        this.startNanos = startNanos;
    }

    Torrent torrent() {
        return torrent;
    }

    Stage stage() {
        return stage;
    }

    void stage(Stage next) {
        stage = next;
    }

    /// Whether the display has said what this torrent is.
    boolean isDescribed() {
        return described;
    }

    void markDescribed() {
        described = true;
    }

    /// Whether anything was downloaded in this run, as opposed to found complete.
    boolean isDownloaded() {
        return downloaded;
    }

    void markDownloaded() {
        downloaded = true;
    }

    /// Whether this is the first time that is asked: there is something to fetch.
    boolean isFirstFetch() {
        boolean first = !fetching;
        fetching = true;
        return first;
    }

    /// It cannot go on, for now.
    ///
    /// @return whether that is news
    boolean waitsFor(String reason) {
        boolean news = !obstacle.equals(Optional.of(reason));
        obstacle = Optional.of(reason);
        return news;
    }

    /// It can go on.
    ///
    /// @return whether that is news
    boolean goesOn() {
        boolean news = obstacle.isPresent();
        obstacle = Optional.empty();
        return news;
    }

    /// Whether this differs from what was last said of its trackers.
    boolean isNewsOfTrackers(String message) {
        boolean news = !saidOfTrackers.equals(message);
        saidOfTrackers = message;
        return news;
    }

    void completedAt(long nowNanos) {
        stage = Stage.COMPLETE;
        completeNanos = nowNanos;
    }

    /// From the start to completion.
    Duration taken() {
        return Duration.ofNanos(completeNanos - startNanos);
    }

    Duration seeded(long nowNanos) {
        return Duration.ofNanos(nowNanos - completeNanos);
    }

    /// The name for people, safe for a terminal.
    static String name(TorrentStatus status) {
        return status.name().isEmpty() ? status.infoHash().hex() : Shown.text(status.name());
    }

    /// Where the content is: the file, or the directory of files.
    static Path place(TorrentStatus status) {
        Optional<Info> info = status.info();
        return info.isEmpty()
                ? status.directory()
                : status.directory().resolve(info.get().name());
    }
}
