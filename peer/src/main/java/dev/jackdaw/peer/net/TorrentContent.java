package dev.jackdaw.peer.net;

import dev.jackdaw.peer.disk.FileStorage;
import dev.jackdaw.peer.disk.ResumeFile;
import dev.jackdaw.peer.disk.ResumeFile.Recalled;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.metainfo.Info;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// A torrent's content between the disk and its driver: which files there are, which pieces are known to be
/// good, and the record of that which spares the check after a restart. Owned by the torrent's loop.
///
/// It is *absent* until the metadata is known, then *checking* until a resume record or a check has told what is
/// on disk, and *ready*; or it has *failed*, or the check was cancelled and it is *unchecked*, and is opened again
/// later.
final class TorrentContent {
    /// Who hears of it, on the loop.
    interface Listener {
        /// Blocks can be stored and read; which pieces are good will be told by [#verified].
        void opened(Info info, FileStorage storage);

        /// These pieces are good, and no others are known to be.
        ///
        /// @param recovered pieces in the making that an earlier run has left, with the blocks that are there
        void verified(Bitfield have, Map<Integer, Bitfield> recovered);

        /// A piece that the disk had refused is written now.
        void written(int piece);

        /// [#stage()] is another one, or the check has come further.
        void stageChanged();
    }

    /// How far it is.
    sealed interface Stage {
        record Absent() implements Stage {}

        /// @param progress 0 … 1; 0 also while files are being opened
        record Checking(double progress) implements Stage {}

        /// The user has ended the check.
        record Unchecked() implements Stage {}

        record Ready() implements Stage {}

        /// @param reason  one sentence: operation, path, cause
        /// @param retried whether [#retry] can mend it
        record Failed(String reason, boolean retried) implements Stage {}
    }

    /// Blocking work, and what to do with its result on the loop.
    private interface Work {
        Runnable run() throws IOException;
    }

    /// Which files are wanted, and what to do once the disk knows.
    private record Choice(FileSelection selection, Runnable then) {}

    private final SessionContext session;
    private final EventLoop loop;
    private final Path directory;
    private final Optional<ResumeFile> resume;
    private final Listener listener;
    private Stage stage = new Stage.Absent();
    private @Nullable Info info;
    private @Nullable FileStorage storage;
    private Bitfield have = new Bitfield(0);
    private boolean verified;
    /// Until they are told of.
    private Map<Integer, Bitfield> recovered = Map.of();
    /// Results of work that was begun for an earlier course are not heard.
    private int course;
    /// Until the disk is told.
    private @Nullable Choice nextChoice;
    /// Whether the disk is being told of the one before.
    private boolean choosing;

    TorrentContent(
            SessionContext session, EventLoop loop, Path directory, Optional<ResumeFile> resume, Listener listener) {
        this.session = session;
        this.loop = loop;
        this.directory = directory;
        this.resume = resume;
        this.listener = listener;
    }

    Stage stage() {
        return stage;
    }

    Optional<Info> info() {
        return Optional.ofNullable(info);
    }

    Optional<FileStorage> storage() {
        return Optional.ofNullable(storage);
    }

    /// Verified pieces; of size 0 until the metadata is known.
    Bitfield have() {
        return have;
    }

    /// The metadata is known: opens the files, and finds out what is on disk.
    void open(Info known, FileSelection selection) {
        boolean first = storage == null;
        FileStorage opened = storage == null ? openStorage(known) : storage;
        enter(new Stage.Checking(0));
        begin(() -> {
            if (first) {
                Map<Integer, Bitfield> left = opened.recover();
                onLoop(() -> recovered = left);
            }
            List<Integer> written = opened.retryOrForget();
            if (!selection.isEverything(known)) {
                opened.setFilePriorities(selection.byFile(known));
            }
            Recalled recalled = resume.isPresent() ? resume.get().recall(known, opened) : nothing(known);
            Bitfield doubtful = opened.files().takeDoubtful();
            return () -> check(opened, adjusted(recalled, doubtful, written));
        });
    }

    /// What was recalled, less what lies in files that another program has changed, and pieces that could be written
    /// now.
    private Recalled adjusted(Recalled known, Bitfield doubtful, List<Integer> written) {
        for (int piece = doubtful.nextSet(0); piece >= 0; piece = doubtful.nextSet(piece + 1)) {
            known.trusted().clear(piece);
            known.uncertain().set(piece);
        }
        for (int piece : written) {
            listener.written(piece);
            known.trusted().set(piece);
            known.uncertain().clear(piece);
        }
        return known;
    }

    private FileStorage openStorage(Info known) {
        info = known;
        have = new Bitfield(known.layout().pieceCount());
        FileStorage opened = resume.isPresent()
                ? session.disk().open(known, directory, resume.get())
                : session.disk().open(known, directory);
        storage = opened;
        listener.opened(known, opened);
        return opened;
    }

    /// What is known without a record.
    private static Recalled nothing(Info info) {
        int pieces = info.layout().pieceCount();
        return new Recalled(new Bitfield(pieces), Bitfield.full(pieces));
    }

    /// Forgets what is known and looks at all of it.
    void recheck() {
        if (storage != null && info != null) {
            have = new Bitfield(have.size());
            check(storage, nothing(info));
        }
    }

    /// Ends a check that is under way, see [dev.jackdaw.peer.Torrent#cancelCheck].
    void cancelCheck() {
        Info known = info;
        FileStorage opened = storage;
        if (known == null || opened == null || !(stage instanceof Stage.Checking)) {
            return;
        }
        course++;
        Bitfield bad = opened.cancelCheck();
        enter(new Stage.Unchecked());
        resume.ifPresent(file -> begin(() -> {
            Recalled recalled = file.recall(known, opened);
            return () -> countAgain(recalled, bad);
        }));
    }

    /// Counts what the record vouches for, if that leaves nothing to look at.
    private void countAgain(Recalled recalled, Bitfield bad) {
        if (!recalled.uncertain().isEmpty()) {
            return;
        }
        Bitfield good = recalled.trusted().copy();
        for (int piece = bad.nextSet(0); piece >= 0; piece = bad.nextSet(piece + 1)) {
            good.clear(piece);
        }
        verified(good);
    }

    /// Tells the storage which files are wanted now; one choice at a time, and of several that follow only the last.
    ///
    /// @param then run on the loop once the disk knows that or a later choice: what comes before goes where
    ///             unwanted content goes
    void select(FileSelection selection, Runnable then) {
        if (info == null || storage == null) {
            then.run();
            return;
        }
        nextChoice = new Choice(selection, then);
        if (!choosing) {
            choose(info, storage);
        }
    }

    private void choose(Info known, FileStorage opened) {
        Choice choice = nextChoice;
        nextChoice = null;
        choosing = choice != null;
        if (choice == null) {
            return;
        }
        byte[] priorities = choice.selection().byFile(known);
        session.blocking().execute(() -> {
            Optional<Throwable> failure = Optional.empty();
            try {
                opened.setFilePriorities(priorities);
            } catch (IOException | RuntimeException | Error e) {
                failure = Optional.of(e);
            }
            Optional<Throwable> failed = failure;
            onLoop(() -> {
                choice.then().run();
                failed.ifPresent(this::fail);
                choose(known, opened);
            });
        });
    }

    /// A piece has been verified and written.
    void stored(int piece) {
        have.set(piece);
    }

    /// Reading or writing failed, and the engine rests.
    void failed(String reason) {
        enter(new Stage.Failed(reason, true));
    }

    /// There will be no content: the metadata is none that could be opened.
    void unusable(String reason) {
        enter(new Stage.Failed(reason, false));
    }

    /// Tries again what the disk has refused, and goes on if that works. What was read may be other files now,
    /// so the pieces of those that have changed are hashed before any is served again.
    void retry(FileSelection selection) {
        Info known = info;
        FileStorage opened = storage;
        if (known == null) {
            return;
        }
        if (opened == null || !verified) {
            open(known, selection);
            return;
        }
        Bitfield before = have.copy();
        begin(() -> {
            boolean reading = opened.hasFailedToRead();
            List<Integer> written = opened.retry();
            Recalled recalled = !reading
                    ? new Recalled(before, new Bitfield(before.size()))
                    : resume.isPresent()
                            ? resume.get().recall(known, opened)
                            : new Recalled(new Bitfield(before.size()), before);
            Bitfield doubtful = opened.files().takeDoubtful();
            return () -> check(opened, adjusted(recalled, doubtful, written));
        });
    }

    /// Closes all files, blocking; nothing is heard afterwards. Any thread, once the driver has ended.
    void close() {
        course++;
        if (storage != null) {
            storage.close();
        }
    }

    private void check(FileStorage opened, Recalled recalled) {
        int begun = ++course;
        verified = false;
        enter(new Stage.Checking(0));
        if (recalled.uncertain().isEmpty()) {
            verified(recalled.trusted());
            return;
        }
        opened.check(
                        recalled.uncertain(),
                        progress -> onLoop(() -> {
                            if (begun == course) {
                                enter(new Stage.Checking(progress));
                            }
                        }))
                .whenComplete((good, failure) -> onLoop(() -> {
                    if (begun == course) {
                        checked(recalled.trusted(), good, failure);
                    }
                }));
    }

    private void checked(Bitfield trusted, @Nullable Bitfield good, @Nullable Throwable failure) {
        if (good != null) {
            Bitfield all = trusted.copy();
            for (int piece = good.nextSet(0); piece >= 0; piece = good.nextSet(piece + 1)) {
                all.set(piece);
            }
            verified(all);
        } else if (failure != null && !(failure instanceof CancellationException)) {
            course++; // its threads may still tell how far they have come
            fail(
                    failure instanceof CompletionException wrapped && wrapped.getCause() != null
                            ? wrapped.getCause()
                            : failure);
        }
    }

    private void verified(Bitfield good) {
        have = good;
        verified = true;
        resume.ifPresent(file -> file.verified(good));
        if (storage != null) {
            storage.files().expect(good);
        }
        stage = new Stage.Ready();
        listener.verified(good.copy(), recovered);
        recovered = Map.of();
        listener.stageChanged();
    }

    private void begin(Work work) {
        int begun = ++course;
        session.blocking().execute(() -> {
            Runnable then;
            try {
                then = work.run();
            } catch (IOException | RuntimeException | Error e) { // whatever it is, the torrent must not wait for ever
                then = () -> fail(e);
            }
            Runnable result = then;
            onLoop(() -> {
                if (begun == course) {
                    result.run();
                }
            });
        });
    }

    private void onLoop(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            // the session has closed meanwhile, and nobody waits for the result
        }
    }

    private void fail(Throwable cause) {
        enter(new Stage.Failed(
                cause instanceof IOException ? String.valueOf(cause.getMessage()) : cause.toString(), true));
    }

    private void enter(Stage next) {
        stage = next;
        listener.stageChanged();
    }
}
