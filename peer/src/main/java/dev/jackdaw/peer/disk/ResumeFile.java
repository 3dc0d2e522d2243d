package dev.jackdaw.peer.disk;

import dev.jackdaw.peer.disk.FileLayout.Slice;
import dev.jackdaw.protocol.Bitfield;
import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The record of one torrent that spares the check after a restart, in the torrent's state directory.
///
/// It never claims a byte that could be lost. A [#checkpoint] forces the content first and then replaces
/// the record; pieces written after it are appended to a journal, whose entries only say which pieces to
/// hash after a crash. So a killed process loses nothing and hashes little, and a power cut loses what was
/// written since the last checkpoint.
///
/// Content can change behind our back, so the record holds each file's size and time. After an orderly end
/// they must be the same. While pieces are being written the record says so (*active*) before the first
/// byte changes, and then a file may have grown, and been written to until shortly after the journal or the
/// record was: see [#recall]. All pieces of a file of which that is not true are hashed, also those that were
/// missing, since the user may have put it there; those of other files are not.
///
/// [#checkpoint] and [#recall] block and are for one thread at a time; pieces are logged by hash threads.
///
/// ```java
/// ResumeFile resume = ResumeFile.open(stateDirectory);
/// FileStorage storage = disk.open(info, directory, resume);      // after setFilePriorities:
/// Recalled recalled = resume.recall(info, storage);
/// storage.check(recalled.uncertain(), progress)                  // then:
///         .thenAccept(good -> resume.verified(union(recalled.trusted(), good)));
/// ```
public final class ResumeFile implements AutoCloseable {
    /// Written bytes after which a checkpoint is due: what a killed process hashes at most, less than two
    /// seconds of work on two cores. Forcing the device more often would hold up a fast download.
    public static final long CHECKPOINT_BYTES = 4L << 30;
    /// The longest time for which written pieces stay without a checkpoint: what a power cut loses at most.
    public static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(30);
    /// How much later than our last sign of life the system may have written our bytes.
    private static final long LATE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private static final System.Logger LOG = System.getLogger(ResumeFile.class.getName());
    private static final String NAME = "resume";

    /// Empty where files cannot be mapped.
    private final Optional<Path> directory;
    private final Folder folder;
    private final StateFiles states;
    private final List<String> complaints;

    /// One checkpoint, or change of the record's state, at a time; taken before this object's own lock.
    private final Object recordLock = new Object();
    /// What is on disk. Guarded by [#recordLock].
    private @Nullable ResumeRecord record;

    /// Guarded by itself, which is taken before this object's lock: to write an entry may take as long as the disk
    /// likes.
    private final PieceJournal journal;

    // Guarded by this, and never held while anything is read or written.
    private Bitfield written = new Bitfield(0);
    private int epoch;
    private boolean journalFailed;
    private long bytesSinceCheckpoint;
    private boolean dirty;
    /// When [#isDue] first saw that something was written, or that the record could say that nothing is any
    /// more.
    private Optional<Long> dirtySinceNanos = Optional.empty();

    private @Nullable FileStorage storage;
    /// Whether it is known which pieces of the storage are good.
    private boolean verified;
    /// Whether the record on disk says that pieces are being written.
    private volatile boolean active;
    private volatile boolean recorded;

    private ResumeFile(Folder folder, Optional<Path> directory) {
        this.directory = directory;
        this.folder = folder;
        this.states = new StateFiles(folder);
        this.journal = new PieceJournal(folder);
        this.complaints = new ArrayList<>();
        load();
    }

    /// Reads what is there; never fails, see [#complaints()].
    public static ResumeFile open(Path torrentDirectory) {
        return new ResumeFile(new LocalFolder(torrentDirectory), Optional.of(torrentDirectory));
    }

    static ResumeFile open(Folder folder) {
        return new ResumeFile(folder, Optional.empty());
    }

    /// Memory for the torrent's pieces in the making, beside the record.
    SegmentSource pieceMemory(Info info) {
        return directory.isPresent() ? new PieceScratch(directory.get(), info) : SegmentSource.PLAIN;
    }

    private void load() {
        StateFiles.Loaded loaded = states.read(NAME);
        complaints.addAll(loaded.complaints());
        if (loaded.content().isEmpty()) {
            return;
        }
        StateFiles.Content content = loaded.content().get();
        if (content.version() != ResumeRecord.VERSION) {
            complaints.add("read " + folder.describe(List.of(NAME)) + ": version " + content.version() + ", expected "
                    + ResumeRecord.VERSION);
            return;
        }
        try {
            ResumeRecord read = ResumeRecord.decode(content.bytes());
            record = read;
            recorded = true;
            active = read.active();
            epoch = read.epoch();
        } catch (ProtocolException e) {
            complaints.add("read " + folder.describe(List.of(NAME)) + ": " + e.getMessage());
        }
    }

    /// Whether there is a record; never blocks.
    public boolean isRecorded() {
        return recorded;
    }

    /// What was remembered; empty if there is no record.
    public Optional<ResumeState> state() {
        synchronized (recordLock) {
            return Optional.ofNullable(record).map(ResumeRecord::state);
        }
    }

    /// A sentence for each thing that was damaged when it was read.
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /// What the record says of the pieces.
    ///
    /// @param trusted   on disk, no need to hash them
    /// @param uncertain perhaps on disk: to be hashed; the others are not on disk
    public record Recalled(Bitfield trusted, Bitfield uncertain) {}

    /// Compares the record with the files as they are. Without a record every piece is uncertain.
    ///
    /// @param opened the storage that logs to this, with its priorities set
    public Recalled recall(Info info, FileStorage opened) throws IOException {
        synchronized (recordLock) {
            PieceLayout pieces = info.layout();
            ResumeRecord known = record;
            if (known == null
                    || !known.state().infoHash().equals(info.infoHash())
                    || known.have().size() != pieces.pieceCount()
                    || known.files().size() != info.files().size() + 1) {
                return new Recalled(new Bitfield(pieces.pieceCount()), Bitfield.full(pieces.pieceCount()));
            }
            Plausibility plausibility = plausibility(known, opened);
            Bitfield trusted = new Bitfield(pieces.pieceCount());
            Bitfield uncertain = new Bitfield(pieces.pieceCount());
            for (int piece = known.have().nextSet(0);
                    piece >= 0;
                    piece = known.have().nextSet(piece + 1)) {
                if (plausibility.ofPiece(opened.files(), piece)) {
                    trusted.set(piece);
                } else {
                    uncertain.set(piece);
                }
            }
            for (int piece = 0; plausibility.hasNews() && piece < pieces.pieceCount(); piece++) {
                if (!known.have().get(piece) && plausibility.hasNewsOf(opened.files(), piece)) {
                    uncertain.set(piece);
                }
            }
            for (PieceJournal.Entry entry : readJournal(known.epoch())) {
                if (pieces.isPiece(entry.piece()) && !trusted.get(entry.piece())) {
                    uncertain.set(entry.piece());
                }
                epoch = Math.max(epoch, entry.epoch());
            }
            return new Recalled(trusted, uncertain);
        }
    }

    private List<PieceJournal.Entry> readJournal(int firstEpoch) {
        try {
            return journal.readSince(firstEpoch);
        } catch (IOException e) {
            complaints.add(String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /// Which files can hold what the record says of them, and which are there and are others, as the user has put
    /// them there since. By index, the part file last.
    private record Plausibility(boolean[] files, boolean[] news) {
        boolean ofPiece(ContentFiles content, int piece) {
            return content.slices(piece).stream()
                    .allMatch(slice -> isTrue(files, content, slice) || content.isPadding(slice));
        }

        boolean hasNews() {
            for (boolean each : news) {
                if (each) {
                    return true;
                }
            }
            return false;
        }

        boolean hasNewsOf(ContentFiles content, int piece) {
            return content.slices(piece).stream().anyMatch(slice -> isTrue(news, content, slice));
        }

        private static boolean isTrue(boolean[] ofFiles, ContentFiles content, Slice slice) {
            return ofFiles[content.isAside(slice) ? ofFiles.length - 1 : slice.file()];
        }
    }

    private Plausibility plausibility(ResumeRecord known, FileStorage opened) throws IOException {
        long latest = latestSignOfLife();
        List<Optional<Folder.Facts>> now = opened.files().facts();
        boolean[] files = new boolean[now.size()];
        boolean[] news = new boolean[now.size()];
        for (int i = 0; i < files.length; i++) {
            files[i] = isPlausible(known.files().get(i), now.get(i), known.active(), latest);
            news[i] = now.get(i).isPresent() && !files[i];
        }
        return new Plausibility(files, news);
    }

    private static boolean isPlausible(
            Optional<Folder.Facts> before, Optional<Folder.Facts> now, boolean active, long latest) {
        if (!active || now.isEmpty()) {
            return before.equals(now) && now.isPresent();
        }
        Folder.Facts facts = now.get();
        return before.map(then -> facts.size() >= then.size() && facts.modifiedNanos() >= then.modifiedNanos())
                        .orElse(true)
                && facts.modifiedNanos() <= latest;
    }

    private long latestSignOfLife() throws IOException {
        long latest = Long.MIN_VALUE;
        for (String name : List.of(NAME, NAME + ".new", NAME + ".old", "journal.0", "journal.1")) {
            latest = Math.max(
                    latest,
                    folder.facts(List.of(name)).map(Folder.Facts::modifiedNanos).orElse(Long.MIN_VALUE));
        }
        return latest == Long.MIN_VALUE ? latest : latest + LATE_NANOS;
    }

    /// What a storage logs to from now on, and is forced by checkpoints.
    synchronized PieceLog attach(FileStorage opened, int pieceCount) {
        storage = opened;
        verified = false;
        written = new Bitfield(pieceCount);
        return new PieceLog() {
            @Override
            public void beforeWriting() {
                becomeActive();
            }

            @Override
            public void written(int piece, int length) {
                log(piece, length);
            }
        };
    }

    /// The pieces that are on disk, after [#recall] and a check of what was uncertain. The next checkpoint
    /// claims them.
    public synchronized void verified(Bitfield have) {
        verified = true;
        written = have.copy();
        dirty = true;
    }

    private void becomeActive() {
        if (active) {
            return;
        }
        synchronized (recordLock) {
            ResumeRecord known = record;
            if (active || known == null) {
                return; // without a record nothing is claimed, whatever is written
            }
            try {
                write(known.withActive(true));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "{0}; a crash now costs a check", e.getMessage());
            }
            active = true;
        }
    }

    private void log(int piece, int length) {
        synchronized (journal) { // so that epochs come in their order
            int current;
            synchronized (this) {
                written.set(piece);
                bytesSinceCheckpoint += length;
                dirty = true;
                if (journalFailed) {
                    return;
                }
                current = epoch;
            }
            try {
                journal.begin(current);
                journal.append(piece);
            } catch (IOException e) {
                synchronized (this) {
                    journalFailed = true; // until the next checkpoint
                }
                LOG.log(System.Logger.Level.WARNING, "{0}; a crash now costs a few pieces", e.getMessage());
            }
        }
    }

    /// Whether it is time for a [#checkpoint]; asked about once a second. It never waits for the disk.
    public synchronized boolean isDue(long nowNanos) {
        if (!dirty && !active) {
            return false;
        }
        if (dirtySinceNanos.isEmpty()) {
            dirtySinceNanos = Optional.of(nowNanos);
        }
        return bytesSinceCheckpoint >= CHECKPOINT_BYTES || nowNanos - dirtySinceNanos.get() >= CHECKPOINT_NANOS;
    }

    /// Makes everything that was written so far durable, and remembers it together with `state`. To be
    /// called when the torrent is added, when [#isDue], when something in `state` has changed that matters,
    /// and after the storage was closed.
    ///
    /// Before [#verified] it remembers `state` alone: what the record says of the pieces has not been compared with
    /// the files yet, or the check of what is uncertain is not done.
    public void checkpoint(ResumeState state) throws IOException {
        synchronized (recordLock) {
            if (isUnverified()) {
                ResumeRecord known = record;
                write(known == null ? ResumeRecord.ofUnknownPieces(state) : known.withState(state));
                return;
            }
            Bitfield snapshot;
            FileStorage opened;
            boolean quiet;
            int current;
            long claimed;
            synchronized (this) {
                snapshot = written.copy();
                opened = storage;
                claimed = bytesSinceCheckpoint;
                quiet = claimed == 0 || opened == null || opened.isClosed();
                ResumeRecord known = record;
                if (known == null || epoch == known.epoch()) {
                    epoch++; // after a checkpoint that failed the journal goes on in the epoch that it began
                }
                current = epoch;
                journalFailed = false;
                dirty = false;
                dirtySinceNanos = Optional.empty();
            }
            try {
                if (opened != null) {
                    opened.force();
                }
                if (quiet) {
                    active = false; // from here on a writer waits for this checkpoint, and then says that it writes
                }
                List<Optional<Folder.Facts>> facts =
                        opened == null ? List.of() : opened.files().verifiedFacts();
                write(new ResumeRecord(state, current, !quiet, snapshot, facts));
                if (!quiet) {
                    active = true;
                }
                synchronized (this) {
                    bytesSinceCheckpoint -= claimed;
                }
            } catch (IOException e) {
                synchronized (this) {
                    dirty = true;
                }
                throw e;
            }
        }
    }

    private synchronized boolean isUnverified() {
        return storage != null && !verified;
    }

    /// Replaces the record, unless it says all that already: of thousands of torrents that seed, few have changed.
    private void write(ResumeRecord next) throws IOException {
        ResumeRecord known = record;
        if (known != null && known.saysTheSameAs(next) && states.holds(NAME, ResumeRecord.VERSION, known.encode())) {
            return;
        }
        states.write(NAME, ResumeRecord.VERSION, next.encode());
        record = next;
        recorded = true;
    }

    /// Closes the journal; what is not in a checkpoint is hashed next time.
    @Override
    public void close() {
        synchronized (journal) {
            try {
                journal.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "close the journal: {0}", e.getMessage());
            }
        }
    }
}
