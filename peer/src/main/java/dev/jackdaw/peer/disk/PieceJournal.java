package dev.jackdaw.peer.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The pieces written since the last checkpoint, appended one by one: 16 bytes each (epoch, piece, epoch ⊕ piece,
/// CRC32C). An entry is a hint to hash that piece after a crash, never a claim, so nothing is forced here.
///
/// Two files take turns, one for even and one for odd epochs: when an epoch begins, the file of the one before last is
/// emptied, which the record on disk has outlived. The first epoch after a start goes on behind what it finds, which
/// may not have been hashed yet. Not thread-safe.
final class PieceJournal implements AutoCloseable {
    static final int ENTRY_LENGTH = 16;
    /// Entries read of one file; more than a checkpoint's worth of the smallest pieces. What follows is not read, and
    /// those pieces are fetched again.
    static final int MAX_ENTRIES = 1 << 18;

    private final Folder folder;
    private @Nullable OpenFile file;
    private int epoch;
    private boolean begun;
    private long end;

    PieceJournal(Folder folder) {
        this.folder = folder;
    }

    record Entry(int epoch, int piece) {}

    private static List<String> path(int epoch) {
        return List.of("journal." + (epoch & 1));
    }

    /// Has entries go to that epoch from now on; nothing happens if they do already.
    void begin(int nextEpoch) throws IOException {
        if (file != null && epoch == nextEpoch) {
            return;
        }
        close();
        OpenFile opened = folder.openForWriting(path(nextEpoch));
        file = opened;
        epoch = nextEpoch;
        end = 0;
        if (begun || opened.size() > (long) MAX_ENTRIES * ENTRY_LENGTH) {
            opened.truncate(0);
        } else {
            end = Math.ceilDiv(opened.size(), ENTRY_LENGTH) * ENTRY_LENGTH;
        }
        begun = true;
    }

    void append(int piece) throws IOException {
        OpenFile open = file;
        if (open == null) {
            throw new IllegalStateException("no epoch has begun");
        }
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_LENGTH);
        entry.putInt(epoch).putInt(piece).putInt(epoch ^ piece);
        entry.putInt(checksum(entry.array())).flip();
        open.writeFully(entry, end);
        end += ENTRY_LENGTH;
    }

    /// The entries of both files that are of that epoch or later, damaged ones left out.
    List<Entry> readSince(int firstEpoch) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int turn = 0; turn < 2; turn++) {
            if (folder.facts(path(turn)).isEmpty()) {
                continue;
            }
            try (OpenFile in = folder.openForReading(path(turn))) {
                int length = (int) Math.min(in.size(), (long) MAX_ENTRIES * ENTRY_LENGTH);
                ByteBuffer bytes = ByteBuffer.allocate(length);
                in.readFully(bytes, 0);
                bytes.flip();
                while (bytes.remaining() >= ENTRY_LENGTH) {
                    byte[] one = new byte[ENTRY_LENGTH];
                    bytes.get(one);
                    ByteBuffer entry = ByteBuffer.wrap(one);
                    int itsEpoch = entry.getInt();
                    int piece = entry.getInt();
                    boolean intact = entry.getInt() == (itsEpoch ^ piece) && entry.getInt() == checksum(one);
                    if (intact && itsEpoch >= firstEpoch) {
                        entries.add(new Entry(itsEpoch, piece));
                    }
                }
            }
        }
        return entries;
    }

    private static int checksum(byte[] entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry, 0, ENTRY_LENGTH - Integer.BYTES);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
