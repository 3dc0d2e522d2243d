package dev.jackdaw.peer.net;

import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.peer.disk.Rename;
import dev.jackdaw.peer.disk.ResumeFile;
import dev.jackdaw.peer.disk.ResumeState;
import dev.jackdaw.peer.disk.StateFiles;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What outlasts a run of one torrent: a directory with `metainfo` or, while that is not known, `magnet`, and `resume`.
///
/// Saving happens in the background, one at a time; of several states that wait, only the last is written, and after
/// where the torrent comes from, without which a state is of no use. Thread-safe.
final class TorrentMemory {
    private static final String METAINFO = "metainfo";
    private static final String MAGNET = "magnet";
    private static final int VERSION = 1;

    private final Path directory;
    private final StateFiles files;
    private final ResumeFile resume;
    private final Executor blocking;
    private final Consumer<String> warnings;

    // Guarded by this.
    private @Nullable TorrentSource waitingSource;
    private @Nullable ResumeState waiting;
    private boolean saving;
    private boolean closed;

    private TorrentMemory(Path directory, Executor blocking, Consumer<String> warnings) {
        this.directory = directory;
        this.files = new StateFiles(directory);
        this.resume = ResumeFile.open(directory);
        this.blocking = blocking;
        this.warnings = warnings;
    }

    /// Opens the directory, which need not exist; blocks.
    ///
    /// @param warnings told of what was damaged or cannot be written
    static TorrentMemory open(Path directory, Executor blocking, Consumer<String> warnings) {
        TorrentMemory memory = new TorrentMemory(directory, blocking, warnings);
        memory.resume.complaints().forEach(warnings);
        return memory;
    }

    ResumeFile resume() {
        return resume;
    }

    /// What is remembered of a torrent.
    record Remembered(TorrentRecord record, TorrentSource source) {}

    /// Empty if nothing is remembered, or not enough to go on; blocks.
    Optional<Remembered> recall() {
        return resume.state()
                .flatMap(state -> source(state.infoHash())
                        .map(source -> renamed(source, state.renames()))
                        .map(source -> new Remembered(TorrentRecord.of(source, state), source)));
    }

    private TorrentSource renamed(TorrentSource source, List<Rename> renames) {
        if (!(source instanceof TorrentSource.TorrentFile(Metainfo metainfo))) {
            return source;
        }
        try {
            return new TorrentSource.TorrentFile(metainfo.withInfo(Rename.all(metainfo.info(), renames)));
        } catch (IllegalArgumentException e) {
            warnings.accept("files of " + metainfo.info().name() + " have the torrent's names: " + e.getMessage());
            return source;
        }
    }

    private Optional<TorrentSource> source(InfoHash infoHash) {
        try {
            Optional<TorrentSource> source = Optional.empty();
            Optional<byte[]> metainfo = read(METAINFO);
            Optional<byte[]> magnet = read(MAGNET);
            if (metainfo.isPresent()) {
                source = Optional.of(new TorrentSource.TorrentFile(Metainfo.parse(metainfo.get())));
            } else if (magnet.isPresent()) {
                source = Optional.of(
                        new TorrentSource.Magnet(MagnetLink.parse(new String(magnet.get(), StandardCharsets.UTF_8))));
            }
            return source.filter(found -> found.infoHash().equals(infoHash));
        } catch (ProtocolException e) {
            warnings.accept("cannot use what is remembered in " + directory + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<byte[]> read(String name) {
        StateFiles.Loaded loaded = files.read(name);
        loaded.complaints().forEach(warnings);
        return loaded.content().filter(content -> content.version() == VERSION).map(StateFiles.Content::bytes);
    }

    /// Remembers where the torrent comes from, in the background.
    synchronized void save(TorrentSource source) {
        waitingSource = source;
        saveInBackground();
    }

    private void write(TorrentSource source) {
        switch (source) {
            case TorrentSource.TorrentFile(Metainfo metainfo) -> write(METAINFO, metainfo.toBytes());
            case TorrentSource.Magnet(MagnetLink link) ->
                write(MAGNET, link.toUri().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void write(String name, byte[] content) {
        if (files.holds(name, VERSION, content)) {
            return;
        }
        try {
            Files.createDirectories(directory);
            files.write(name, VERSION, content);
        } catch (IOException e) {
            warnings.accept(String.valueOf(e.getMessage()));
        }
    }

    /// Whether pieces were written that ought to be made durable; asked about once a second.
    boolean isDue(long nowNanos) {
        return resume.isDue(nowNanos);
    }

    /// Remembers the state, and the pieces that were written until then, in the background.
    synchronized void save(ResumeState state) {
        waiting = state;
        saveInBackground();
    }

    private void saveInBackground() {
        if (!saving && !closed) {
            saving = true;
            try {
                blocking.execute(this::saveWaiting);
            } catch (RejectedExecutionException e) {
                saving = false; // the session has closed, and nobody saves in the background any more
            }
        }
    }

    private void saveWaiting() {
        boolean done = false;
        try {
            for (Unsaved next = takeWaiting(); !next.isNothing(); next = takeWaiting()) {
                next.source().ifPresent(this::write);
                next.state().ifPresent(this::checkpoint);
            }
            done = true;
        } finally {
            if (!done) {
                endSaving(); // what waits is saved with the next
            }
        }
    }

    private synchronized void endSaving() {
        saving = false;
        notifyAll();
    }

    private record Unsaved(Optional<TorrentSource> source, Optional<ResumeState> state) {
        boolean isNothing() {
            return source.isEmpty() && state.isEmpty();
        }
    }

    private synchronized Unsaved takeWaiting() {
        Unsaved next = new Unsaved(Optional.ofNullable(waitingSource), Optional.ofNullable(waiting));
        waitingSource = null;
        waiting = null;
        if (next.isNothing()) {
            endSaving();
        }
        return next;
    }

    private void checkpoint(ResumeState state) {
        try {
            Files.createDirectories(directory);
            resume.checkpoint(state);
        } catch (IOException e) {
            warnings.accept("cannot remember the state of torrent " + state.infoHash() + ": " + e.getMessage());
        }
    }

    /// Writes the last state and closes the files; blocks. The storage was closed before.
    void close(ResumeState last) {
        end();
        checkpoint(last);
        resume.close();
    }

    /// Deletes everything; blocks.
    void forget() {
        end();
        resume.close();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(directory);
        } catch (NoSuchFileException e) {
            // nothing was remembered
        } catch (IOException e) {
            warnings.accept("cannot delete " + directory + ": " + e);
        }
    }

    /// Waits for what is to be saved, and lets no other save begin.
    private synchronized void end() {
        closed = true;
        boolean interrupted = false;
        while (saving) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
