package dev.jackdaw.gui.model;

import dev.jackdaw.peer.AddOptions;
import dev.jackdaw.peer.FilePriority;
import dev.jackdaw.peer.Session;
import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.Torrent;
import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.TorrentStatus;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.PeerAddress;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What the user can do with torrents. Every call returns at once; the work is done in order on a thread of its
/// own, and what goes wrong comes back as a [Notice].
public final class TorrentActions implements AutoCloseable {
    private static final long CLOSE_SECONDS = 5;

    /// What becomes of the content of a torrent that is removed.
    public enum Removal {
        KEEP,
        TRASH,
        DELETE
    }

    private final Session session;
    private final TorrentQueue queue;
    private final Moves moves;
    private final Optional<Trash> trash;
    private final Text text;
    private final Consumer<Notice> notices;
    private final Runnable changed;
    /// Content can be on its way for hours, and nothing else is to wait for that.
    private final ExecutorService mover = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("jackdaw-moves").factory());
    private final ExecutorService worker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("jackdaw-actions").factory());

    /// @param notices told of failures, on the worker thread
    /// @param changed called after each piece of work, on the worker thread
    TorrentActions(
            Session session,
            TorrentQueue queue,
            Moves moves,
            Optional<Trash> trash,
            Text text,
            Consumer<Notice> notices,
            Runnable changed) {
        this.session = session;
        this.queue = queue;
        this.moves = moves;
        this.trash = trash;
        this.text = text;
        this.notices = notices;
        this.changed = changed;
    }

    /// Whether content can go to the trash here.
    public boolean hasTrash() {
        return trash.isPresent();
    }

    public void resume(Collection<InfoHash> torrents) {
        torrents.forEach(queue::wantRunning);
        run(changed);
    }

    /// Runs them whatever the queue says.
    public void force(Collection<InfoHash> torrents) {
        torrents.forEach(queue::force);
        each(torrents, Torrent::resume);
    }

    public void pause(Collection<InfoHash> torrents) {
        torrents.forEach(queue::wantPaused);
        each(torrents, Torrent::pause);
    }

    public void recheck(Collection<InfoHash> torrents) {
        each(torrents, Torrent::recheck);
    }

    /// Ends checks of content that are under way; their torrents rest.
    public void cancelChecks(Collection<InfoHash> torrents) {
        torrents.forEach(queue::wantPaused);
        each(torrents, Torrent::cancelCheck);
    }

    public void announce(Collection<InfoHash> torrents) {
        each(torrents, Torrent::announce);
    }

    public void setSequential(Collection<InfoHash> torrents, boolean sequential) {
        each(torrents, torrent -> torrent.setSequential(sequential));
    }

    public void setRateLimits(Collection<InfoHash> torrents, long maxDownloadRate, long maxUploadRate) {
        each(torrents, torrent -> torrent.setRateLimits(maxDownloadRate, maxUploadRate));
    }

    public void setFilePriorities(InfoHash infoHash, Map<Integer, FilePriority> priorities) {
        each(List.of(infoHash), torrent -> torrent.setFilePriorities(priorities));
    }

    /// Adds trackers, each in a tier of its own, behind those that are there.
    public void addTrackers(InfoHash infoHash, List<String> urls) {
        each(List.of(infoHash), torrent -> {
            List<List<String>> tiers =
                    new ArrayList<>(torrent.status().settings().trackers());
            urls.stream()
                    .filter(url -> tiers.stream().noneMatch(tier -> tier.contains(url)))
                    .forEach(url -> tiers.add(List.of(url)));
            torrent.setTrackers(tiers);
        });
    }

    public void removeTrackers(InfoHash infoHash, Collection<String> urls) {
        each(
                List.of(infoHash),
                torrent -> torrent.setTrackers(torrent.status().settings().trackers().stream()
                        .map(tier ->
                                tier.stream().filter(url -> !urls.contains(url)).toList())
                        .filter(tier -> !tier.isEmpty())
                        .toList()));
    }

    public void addPeers(InfoHash infoHash, List<PeerAddress> peers) {
        each(List.of(infoHash), torrent -> torrent.addPeers(peers));
    }

    public void moveInQueue(Collection<InfoHash> torrents, int places) {
        queue.move(torrents, places);
        run(changed);
    }

    /// Stops and forgets torrents.
    public void remove(Collection<InfoHash> torrents, Removal removal) {
        List<InfoHash> chosen = List.copyOf(torrents);
        run(() -> {
            for (InfoHash infoHash : chosen) {
                Optional<Torrent> torrent = session.torrent(infoHash);
                if (torrent.isPresent()) {
                    remove(torrent.get().status(), removal);
                }
            }
            changed.run();
        });
    }

    private void remove(TorrentStatus status, Removal removal) {
        try {
            session.remove(status.infoHash(), removal == Removal.DELETE);
            if (removal == Removal.TRASH && trash.isPresent() && status.info().isPresent()) {
                new ContentTrash(status.info().get(), status.directory(), trash.get()).run();
            }
        } catch (SessionException | IOException e) {
            notices.accept(new Notice(
                    Notice.Kind.ERROR,
                    text.get("error.remove.title", DisplayText.of(status.name())),
                    text.get(
                            "error.remove.detail",
                            DisplayText.of(String.valueOf(e.getMessage())),
                            status.directory())));
        }
    }

    /// Moves torrents with their content to another folder, one after the other.
    public void move(Collection<InfoHash> torrents, Path folder) {
        for (InfoHash infoHash : List.copyOf(torrents)) {
            moves.begun(infoHash);
            mover.execute(() -> move(infoHash, folder));
        }
    }

    private void move(InfoHash infoHash, Path folder) {
        try {
            if (!moves.isGivenUp(infoHash)) {
                session.move(infoHash, folder, share -> moves.at(infoHash, share));
            }
        } catch (SessionException e) {
            notices.accept(
                    moves.isGivenUp(infoHash)
                            ? new Notice(Notice.Kind.INFO, text.get("notice.move.cancelled"), "")
                            : new Notice(
                                    Notice.Kind.ERROR,
                                    text.get("error.move.title"),
                                    text.get("error.move.detail", DisplayText.of(String.valueOf(e.getMessage())))));
        } finally {
            moves.ended(infoHash);
            changed.run();
        }
    }

    /// Ends moves that are under way or wait; the content goes back where it was.
    public void cancelMoves(Collection<InfoHash> torrents) {
        torrents.forEach(moves::giveUp);
    }

    /// Gives a file or folder of a torrent another name.
    ///
    /// @param path as it is now, the torrent's own first
    public void rename(InfoHash infoHash, List<String> path, String name) {
        mover.execute(() -> {
            try {
                session.rename(infoHash, path, name);
            } catch (SessionException e) {
                notices.accept(new Notice(
                        Notice.Kind.ERROR,
                        text.get("error.rename.title", DisplayText.of(path.getLast())),
                        text.get("error.rename.detail", DisplayText.of(String.valueOf(e.getMessage())))));
            } finally {
                changed.run();
            }
        });
    }

    /// Adds a torrent; whether it starts is for the queue unless it is to be paused.
    ///
    /// @return ends with what was added, or fails with the reason, on the worker thread
    public CompletableFuture<InfoHash> add(TorrentSource source, AddOptions options) {
        CompletableFuture<InfoHash> added = new CompletableFuture<>();
        run(() -> {
            try {
                session.add(source, options);
                added.complete(source.infoHash());
            } catch (RuntimeException e) {
                added.completeExceptionally(e);
            }
            changed.run();
        });
        return added;
    }

    /// Does something with the session on the worker thread, in order with everything else.
    public void run(Consumer<Session> work) {
        run(() -> work.accept(session));
    }

    /// The magnet link of a torrent, with its present trackers.
    public Optional<MagnetLink> magnet(InfoHash infoHash) {
        return session.torrent(infoHash).map(torrent -> {
            TorrentStatus status = torrent.status();
            return new MagnetLink(
                    infoHash,
                    Optional.of(status.name()),
                    status.settings().trackers().stream().flatMap(List::stream).toList(),
                    torrent.metainfo().map(Metainfo::webSeeds).orElse(List.of()),
                    List.of(),
                    List.of());
        });
    }

    /// Writes a torrent's `.torrent` file.
    public void export(InfoHash infoHash, Path target) {
        run(() -> {
            try {
                Optional<Metainfo> metainfo = session.torrent(infoHash).flatMap(Torrent::metainfo);
                if (metainfo.isPresent()) {
                    Files.write(target, metainfo.get().toBytes());
                }
            } catch (IOException e) {
                notices.accept(new Notice(
                        Notice.Kind.ERROR, text.get("error.export.title", target), DisplayText.of(String.valueOf(e))));
            }
        });
    }

    /// Where on disk a torrent's content is: its folder, or its only file.
    public static Path content(TorrentStatus status) {
        Optional<Info> info = status.info();
        return info.isEmpty()
                ? status.directory()
                : status.directory().resolve(info.get().name());
    }

    private void each(Collection<InfoHash> torrents, Consumer<Torrent> command) {
        List<InfoHash> chosen = List.copyOf(torrents);
        run(() -> {
            chosen.forEach(infoHash -> session.torrent(infoHash).ifPresent(command));
            changed.run();
        });
    }

    private void run(Runnable work) {
        if (worker.isShutdown()) {
            return;
        }
        worker.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                notices.accept(new Notice(
                        Notice.Kind.ERROR,
                        text.get("error.unexpected"),
                        DisplayText.of(String.valueOf(e.getMessage()))));
            }
        });
    }

    /// Finishes what was begun, for a few seconds at most.
    @Override
    public void close() {
        mover.shutdown();
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                worker.shutdownNow();
            }
            mover.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS); // what is half copied is found again by a check
        } catch (InterruptedException e) {
            worker.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
