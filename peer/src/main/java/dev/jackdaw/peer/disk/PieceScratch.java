package dev.jackdaw.peer.disk;

import dev.jackdaw.protocol.PieceLayout;
import dev.jackdaw.protocol.metainfo.Info;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Memory for a torrent's pieces in the making that outlasts the process: a mapped file `pieces` in the
/// torrent's state directory. A block is copied into it once, as into plain memory, and the system keeps what
/// was copied when the process is killed; nothing is ever forced.
///
/// The file is a row of slots, one a segment: a page that says what the slot holds, and the bytes. The page
/// names the torrent, the piece and the part with a checksum, and has a bit for each block, set after the block
/// was copied. So a killed process leaves only whole blocks behind; a slot whose page is torn is free. After a
/// power cut a bit may be there without its block, which is why a recovered piece is a piece in the making and
/// nothing more: it is *have* only after its hash, and a wrong hash then proves nothing against anybody
/// ([dev.jackdaw.peer.engine.TorrentEvent.PieceRecovered]).
///
/// Each slot is written with zeros before it is mapped, so that a full disk is an error here and not a fault
/// later; where there is no room, plain memory is used. The file is deleted whenever no slot is in use.
///
/// Thread-safe; a slot belongs to whoever has the segment.
final class PieceScratch implements SegmentSource, AutoCloseable {
    static final String NAME = "pieces";
    /// Slots looked at after a start; far more than any budget holds.
    static final int MAX_SLOTS = 1 << 16;

    private static final System.Logger LOG = System.getLogger(PieceScratch.class.getName());

    private static final int MAGIC = 0x4A4B5053;
    private static final int VERSION = 1;
    // What a slot's page holds; the checksum is of all that is before it.
    private static final int PIECE_AT = 28;
    private static final int PART_AT = 32;
    private static final int LENGTH_AT = 36;
    private static final int CHECKSUM_AT = 40;
    private static final int BLOCKS_AT = 48;
    private static final int HEADER_LENGTH = 56;
    /// A bit for each block, in one long.
    private static final int BLOCKS = PieceBuffers.SEGMENT_LENGTH / PieceLayout.BLOCK_LENGTH;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 * 1024).asReadOnlyBuffer();

    private final Path file;
    private final byte[] infoHash;
    private final PieceLayout pieces;
    private final int dataLength;
    private final int slotLength;

    // Guarded by this.
    private final BitSet used = new BitSet();
    private @Nullable FileChannel channel;
    /// Slots that the file has room for.
    private int slots;
    private boolean failed;

    /// Nothing is opened or created before there is need.
    PieceScratch(Path directory, Info info) {
        this.file = directory.resolve(NAME);
        this.infoHash = info.infoHash().toBytes();
        this.pieces = info.layout();
        this.dataLength = SegmentSource.PLAIN.segmentLength(
                Math.min(PieceBuffers.SEGMENT_LENGTH, (int) Math.min(pieces.pieceLength(), pieces.totalLength())));
        this.slotLength = PAGE + dataLength;
    }

    /// One length for all, so that any slot does for any part.
    @Override
    public int segmentLength(int bytes) {
        return dataLength;
    }

    @Override
    public Segment allocate(int bytes) {
        synchronized (this) {
            if (!failed) {
                try {
                    return map(open(), takeSlot());
                } catch (IOException e) {
                    failed = true;
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "cannot use {0}: {1}; a crash now costs the pieces in the making",
                            file,
                            e.getMessage());
                }
            }
        }
        return SegmentSource.PLAIN.allocate(dataLength);
    }

    private FileChannel open() throws IOException {
        FileChannel opened = channel;
        if (opened == null) {
            opened = FileChannel.open(
                    file,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    LinkOption.NOFOLLOW_LINKS);
            channel = opened;
        }
        return opened;
    }

    private int takeSlot() throws IOException {
        int slot = used.nextClearBit(0);
        if (slot >= slots) {
            long end = (long) (slot + 1) * slotLength;
            for (long at = (long) slot * slotLength; at < end; ) {
                ByteBuffer zeros = ZEROS.duplicate();
                zeros.limit((int) Math.min(zeros.capacity(), end - at));
                at += open().write(zeros, at);
            }
            slots = slot + 1;
        }
        return slot;
    }

    private Slot map(FileChannel from, int slot) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            ByteBuffer all = from.map(FileChannel.MapMode.READ_WRITE, (long) slot * slotLength, slotLength, arena)
                    .asByteBuffer();
            used.set(slot);
            return new Slot(slot, arena, all.slice(0, PAGE), all.slice(PAGE, dataLength));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// What an earlier process has left: the parts of each piece that were begun, and of those the blocks that
    /// are there. To be called before anything is allocated; blocks.
    Map<Integer, Map<Integer, Slot>> recover() {
        Map<Integer, Map<Integer, Slot>> found = new HashMap<>();
        synchronized (this) {
            try {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    FileChannel left = open();
                    slots = (int) Math.min(left.size() / slotLength, MAX_SLOTS);
                    for (int slot = 0; slot < slots; slot++) {
                        recover(left, slot, found);
                    }
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot read {0}: {1}", file, e.getMessage());
            }
            tidy();
        }
        return found;
    }

    private void recover(FileChannel from, int slot, Map<Integer, Map<Integer, Slot>> found) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
        long at = (long) slot * slotLength;
        while (header.hasRemaining()) {
            if (from.read(header, at + header.position()) < 0) {
                return;
            }
        }
        int piece = header.getInt(PIECE_AT);
        int part = header.getInt(PART_AT);
        int length = header.getInt(LENGTH_AT);
        if (header.getInt(CHECKSUM_AT) != checksum(header)
                || !isOurs(header)
                || !pieces.isPiece(piece)
                || part < 0
                || length != PieceBuffer.partLength(pieces.length(piece), part)
                || (header.getLong(BLOCKS_AT) & allBlocks(length)) == 0) {
            return;
        }
        Map<Integer, Slot> parts = found.computeIfAbsent(piece, first -> new HashMap<>());
        if (!parts.containsKey(part)) {
            Slot mapped = map(from, slot);
            mapped.partLength = length;
            mapped.blocks = header.getLong(BLOCKS_AT) & allBlocks(length);
            parts.put(part, mapped);
        }
    }

    private boolean isOurs(ByteBuffer header) {
        byte[] hash = new byte[infoHash.length];
        header.get(2 * Integer.BYTES, hash);
        return header.getInt(0) == MAGIC
                && header.getInt(Integer.BYTES) == VERSION
                && java.util.Arrays.equals(hash, infoHash);
    }

    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, CHECKSUM_AT));
        return (int) crc.getValue();
    }

    /// A bit for each block of a part.
    private static long allBlocks(int length) {
        int count = Math.ceilDiv(length, PieceLayout.BLOCK_LENGTH);
        return count == BLOCKS ? -1L : (1L << count) - 1;
    }

    private void freed(int slot, boolean kept) {
        synchronized (this) {
            if (!kept) {
                used.clear(slot);
                tidy();
            }
        }
    }

    private void tidy() {
        if (!used.isEmpty()) {
            return;
        }
        closeFile();
        slots = 0;
        failed = false;
        try {
            Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot delete {0}: {1}", file, e.getMessage());
        }
    }

    private void closeFile() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "close {0}: {1}", file, e.getMessage());
        }
        channel = null;
    }

    /// Closes the file, which stays if a slot was freed that still holds blocks. All segments were freed before.
    @Override
    public synchronized void close() {
        closeFile();
    }

    /// A segment in the file.
    final class Slot implements Segment {
        private final int slot;
        private final Arena arena;
        private final ByteBuffer header;
        private final ByteBuffer bytes;
        private int partLength;
        private long blocks;

        private Slot(int slot, Arena arena, ByteBuffer header, ByteBuffer bytes) {
            this.slot = slot;
            this.arena = arena;
            this.header = header;
            this.bytes = bytes;
        }

        @Override
        public SegmentSource source() {
            return PieceScratch.this;
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        /// Whether that block of the part is there.
        boolean holds(int block) {
            return (blocks >>> block & 1) != 0;
        }

        @Override
        public void assign(int piece, int index, int length) {
            clear();
            partLength = length;
            header.putInt(0, MAGIC).putInt(Integer.BYTES, VERSION).put(2 * Integer.BYTES, infoHash);
            header.putInt(PIECE_AT, piece).putInt(PART_AT, index).putInt(LENGTH_AT, length);
            header.putInt(CHECKSUM_AT, checksum(header));
        }

        @Override
        public void filled(int begin, int count) {
            int end = begin + count;
            for (int block = Math.ceilDiv(begin, PieceLayout.BLOCK_LENGTH);
                    block * PieceLayout.BLOCK_LENGTH < end;
                    block++) {
                if (end >= Math.min((block + 1) * PieceLayout.BLOCK_LENGTH, partLength)) {
                    blocks |= 1L << block;
                }
            }
            tellBlocks();
        }

        @Override
        public void clear() {
            blocks = 0;
            tellBlocks();
        }

        /// Never before what was copied, nor after what will be: whoever finds the file sees these writes in this
        /// order.
        private void tellBlocks() {
            VarHandle.releaseFence();
            header.putLong(BLOCKS_AT, blocks);
            VarHandle.storeStoreFence();
        }

        /// A slot that still holds blocks stays as it is, for the next process.
        @Override
        public void free() {
            boolean kept = blocks != 0;
            arena.close();
            freed(slot, kept);
        }
    }
}
