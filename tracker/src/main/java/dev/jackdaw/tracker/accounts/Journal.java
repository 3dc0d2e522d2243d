package dev.jackdaw.tracker.accounts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reports on disk, from when they were made until the database has them.
///
/// [JournalFrame]s stand one after the other in segment files, which are named by the first sequence number in
/// each and deleted when all of theirs are in the database. One thread appends and another reads: [#append]
/// forces a frame to the disk before [#next] gets to see it. After a start a new segment is begun, so that what a
/// crash has cut short is never written to again.
///
/// If the disk or [#limit] is full, frames are lost, and counted: the clients' next reports make up for all of it
/// but the last words of those that stop.
final class Journal implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Journal.class.getName());
    private static final String SUFFIX = ".journal";
    /// A segment that has grown beyond this is the last one's predecessor.
    private static final int SEGMENT_BYTES = 4 << 20;

    private final Path directory;
    private final long limitBytes;
    /// First sequence number → file, in their order. Its lock guards it and [#bytes].
    private final TreeMap<Long, Path> segments = new TreeMap<>();

    private long bytes;

    // ---- the appending thread's

    private @Nullable FileChannel out;
    private long outBytes;
    private boolean failing;

    private volatile long written;

    // ---- the reading thread's

    private ByteBuffer in = ByteBuffer.allocate(0);
    private long inSegment = -1;
    private long inOffset;
    /// The frame that was handed out last.
    private long inSequence;

    /// Opens the journal in a directory of its own, which is made if it is not there.
    ///
    /// @param limitBytes what all segments together may take
    static Journal open(Path directory, long limitBytes) throws IOException {
        Files.createDirectories(directory);
        Journal journal = new Journal(directory, limitBytes);
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.matches("[0-9]{1,18}" + SUFFIX)) {
                    long first = Long.parseLong(name, 0, name.length() - SUFFIX.length(), 10);
                    journal.segments.put(first, file);
                    journal.bytes += Files.size(file);
                }
            }
        }
        journal.written = journal.lastSequence();
        return journal;
    }

    private Journal(Path directory, long limitBytes) {
        this.directory = directory;
        this.limitBytes = limitBytes;
    }

    /// The sequence number of the last frame on disk; 0 if there never was one.
    long written() {
        return written;
    }

    /// Bytes of all segments.
    long bytes() {
        synchronized (segments) {
            return bytes;
        }
    }

    /// Begins numbering after `sequence`, if the database knows of later frames than the directory.
    void continueAfter(long sequence) {
        written = Math.max(written, sequence);
    }

    /// Writes reports and forces them to the disk; at most [JournalFrame#MAX_REPORTS].
    ///
    /// @return whether they are there
    boolean append(List<Report> reports) {
        ByteBuffer frame = new JournalFrame(written + 1, reports).encode();
        int length = frame.remaining();
        try {
            synchronized (segments) {
                if (bytes + length > limitBytes) {
                    throw new IOException("the journal takes " + (bytes >> 20) + " MiB, its limit is "
                            + (limitBytes >> 20) + "; the database takes none of it");
                }
            }
            FileChannel channel = channel(length);
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
            channel.force(false);
        } catch (IOException e) {
            if (!failing) {
                LOGGER.log(System.Logger.Level.WARNING, "reports are not being recorded: " + directory + ": " + e);
            }
            failing = true;
            closeSegment(); // it may end in half a frame
            return false;
        }
        if (failing) {
            LOGGER.log(System.Logger.Level.INFO, "reports are being recorded again");
        }
        failing = false;
        outBytes += length;
        synchronized (segments) {
            bytes += length;
        }
        written++;
        return true;
    }

    private FileChannel channel(int length) throws IOException {
        if (out != null && outBytes + length > SEGMENT_BYTES) {
            closeSegment();
        }
        if (out == null) {
            long first = written + 1;
            Path file = directory.resolve("%018d".formatted(first) + SUFFIX);
            // a file of this name holds nothing but a frame that failed
            out = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            outBytes = 0;
            synchronized (segments) {
                segments.put(first, file);
            }
            try (FileChannel entry = FileChannel.open(directory)) {
                entry.force(true); // the new name
            } catch (IOException _) {
                // not every system lets a directory be forced
            }
        }
        return out;
    }

    private void closeSegment() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "closing a segment", e);
            }
            out = null;
        }
    }

    /// The first frame after `sequence`; empty if there is none on disk yet. One that was handed out before may be
    /// asked for again.
    Optional<JournalFrame> next(long sequence) throws IOException {
        if (sequence < inSequence) {
            inSegment = -1;
        }
        while (sequence < written) {
            Long segment = segmentAfter(sequence);
            if (segment == null) {
                return Optional.empty();
            }
            if (segment != inSegment) {
                inSegment = segment;
                inOffset = 0;
                in = ByteBuffer.allocate(0);
            }
            Optional<JournalFrame> frame = JournalFrame.decode(in);
            if (frame.isEmpty() && fill(segment)) {
                continue;
            }
            if (frame.isEmpty()) {
                Long later = laterSegment(segment);
                if (later == null) {
                    return Optional.empty();
                }
                sequence = later - 1; // the rest of this one was cut short
            } else if (frame.get().sequence() > sequence) {
                inSequence = frame.get().sequence();
                return frame;
            }
        }
        return Optional.empty();
    }

    /// Reads on in the segment; says whether there was more.
    private boolean fill(long segment) throws IOException {
        Path file;
        synchronized (segments) {
            file = segments.get(segment);
        }
        if (file == null) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            if (size <= inOffset) {
                return false;
            }
            ByteBuffer more = ByteBuffer.allocate(in.remaining() + (int) Math.min(1 << 20, size - inOffset));
            more.put(in);
            while (more.hasRemaining()) {
                int count = channel.read(more, inOffset);
                if (count < 0) {
                    break;
                }
                inOffset += count;
            }
            in = more.flip();
            return true;
        }
    }

    /// The segment in which the frame after `sequence` is.
    private @Nullable Long segmentAfter(long sequence) {
        synchronized (segments) {
            Long at = segments.floorKey(sequence + 1);
            return at != null ? at : segments.ceilingKey(sequence + 1);
        }
    }

    private @Nullable Long laterSegment(long segment) {
        synchronized (segments) {
            return segments.higherKey(segment);
        }
    }

    /// Deletes the segments whose frames are all at or before `sequence`.
    void discard(long sequence) {
        synchronized (segments) {
            while (!segments.isEmpty()) {
                Long next = segments.higherKey(segments.firstKey());
                if (next == null || next > sequence + 1) {
                    return;
                }
                delete(segments.firstEntry().getValue());
                segments.pollFirstEntry();
            }
        }
    }

    private void delete(Path file) {
        try {
            long size = Files.size(file);
            Files.delete(file);
            bytes -= size;
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, "a part of the journal stays: " + file + ": " + e);
        }
    }

    private long lastSequence() throws IOException {
        long last = 0;
        for (var segment : segments.descendingMap().entrySet()) {
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(segment.getValue()));
            for (Optional<JournalFrame> frame = JournalFrame.decode(all);
                    frame.isPresent();
                    frame = JournalFrame.decode(all)) {
                last = frame.get().sequence();
            }
            if (last > 0) {
                return last;
            }
        }
        // nothing but unreadable segments: number on after them, so that no name is used twice
        return segments.isEmpty() ? 0 : segments.lastKey();
    }

    @Override
    public void close() {
        closeSegment();
    }
}
