package dev.jackdaw.peer.hostile;

import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// One file of random bytes that scripted peers and the Jackdaw under attack talk about.
///
/// @param content     the bytes
/// @param metainfo    describes them
/// @param seed        the directory in which the file lies
/// @param torrentFile a `.torrent` file of it
record HostileTorrent(byte[] content, Metainfo metainfo, Path seed, Path torrentFile) {
    private static final String NAME = "content.bin";

    static HostileTorrent of(Path root, int length, int pieceLength) throws IOException, InterruptedException {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        Path seed = Files.createDirectories(root.resolve("seed"));
        Path file = Files.write(seed.resolve(NAME), content);
        Metainfo metainfo = MetainfoBuilder.of(file).pieceLength(pieceLength).build();
        return new HostileTorrent(
                content, metainfo, seed, Files.write(root.resolve("content.torrent"), metainfo.toBytes()));
    }

    InfoHash infoHash() {
        return metainfo.info().infoHash();
    }

    String magnet() {
        return MagnetLink.of(metainfo).toUri();
    }

    byte[] info() {
        return metainfo.info().bytes();
    }

    int pieces() {
        return metainfo.info().layout().pieceCount();
    }

    int pieceLength() {
        return metainfo.info().layout().pieceLength();
    }

    /// The bytes of a block; those beyond the end of the content are zero.
    byte[] block(int piece, int begin, int length) {
        int from = Math.clamp((long) piece * pieceLength() + begin, 0, content.length);
        return Arrays.copyOf(Arrays.copyOfRange(content, from, Math.min(content.length, from + length)), length);
    }

    boolean isIn(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        return Files.exists(file) && Arrays.equals(content, Files.readAllBytes(file));
    }
}
