package dev.jackdaw.tracker;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/// The file in which the swarms are kept while the tracker does not run.
///
/// `JDTRACK2`, the time in milliseconds since 1970, the swarms as [MemorySwarmStore#write] has them, a CRC-32C
/// of all that; big-endian. It is written whole under another name, forced, and renamed, so that there is the
/// old one or the new one. A file that is damaged is set aside as `NAME.damaged`, and the tracker begins with
/// nothing.
final class SwarmSnapshot {
    private static final System.Logger LOG = System.getLogger(SwarmSnapshot.class.getName());
    private static final long MAGIC = 0x4a44_5452_4143_4b32L;
    private static final int BUFFER = 64 * 1024;

    private final Path file;

    SwarmSnapshot(Path file) {
        this.file = file.toAbsolutePath();
    }

    /// Writes all swarms.
    void save(MemorySwarmStore store, long nowNanos, Instant now) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var sum = new CheckedOutputStream(
                    new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), new CRC32C());
            var out = new DataOutputStream(new BufferedOutputStream(sum, BUFFER));
            out.writeLong(MAGIC);
            out.writeLong(now.toEpochMilli());
            store.write(out, nowNanos);
            out.flush();
            out.writeLong(sum.getChecksum().getValue());
            out.flush();
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Reads the swarms of the last run, if there was one, into an empty store; peers have aged by the time
    /// between.
    ///
    /// @throws IOException if the file cannot be read, or if it is damaged and cannot be set aside
    void restore(MemorySwarmStore store, long nowNanos, Instant now) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        String damage = damage();
        if (damage.isEmpty()) {
            try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER))) {
                in.readLong();
                long elapsedMillis = Math.max(0, now.toEpochMilli() - in.readLong());
                store.read(in, nowNanos, elapsedMillis / 1000);
                LOG.log(
                        System.Logger.Level.INFO,
                        "{0} peers in {1} swarms from {2}",
                        store.peers(),
                        store.swarms(),
                        file);
                return;
            }
        }
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.log(System.Logger.Level.WARNING, "{0} is damaged ({1}) and was set aside as {2}", file, damage, aside);
    }

    /// What is wrong with the file; empty if nothing is.
    private String damage() throws IOException {
        long size = Files.size(file);
        if (size < 3 * Long.BYTES) {
            return size + " bytes";
        }
        CRC32C sum = new CRC32C();
        try (var in = new DataInputStream(
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER), sum))) {
            if (in.readLong() != MAGIC) {
                return "it does not begin as such a file";
            }
            in.skipNBytes(size - 2 * Long.BYTES);
            long computed = sum.getValue();
            return in.readLong() == computed ? "" : "its checksum is wrong";
        }
    }
}
