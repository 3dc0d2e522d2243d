package dev.jackdaw.peer.net;

import dev.jackdaw.peer.disk.StateFiles;
import dev.jackdaw.protocol.InfoHash;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// What a session remembers of a publisher over a restart: the newest of his torrents. Without it an update that comes
/// after a restart would leave the old torrent beside the new one, and nodes that missed the last update could lead
/// back to an old one.
///
/// A file for each publisher, so that several processes can share a state directory: the number (8 bytes), whether the
/// torrent is the subscription's own (1), the info-hash in hexadecimal digits.
final class PublisherMemory {
    private static final int VERSION = 1;
    private static final int NUMBERS_LENGTH = 9;

    private final Optional<Path> directory;
    private final String name;
    private final Consumer<String> warnings;

    /// The newest torrent.
    ///
    /// @param isOwn whether it came to the session by the subscription
    record Newest(long seq, InfoHash infoHash, boolean isOwn) {}

    /// @param stateDirectory empty for a session that forgets
    /// @param warnings       told, in a sentence each, of what could not be read or written
    PublisherMemory(Optional<Path> stateDirectory, PublisherLink link, Consumer<String> warnings) {
        this.directory = stateDirectory.map(state -> state.resolve("publishers"));
        this.name = link.salt().isEmpty() ? link.key() : link.key() + "-" + link.salt();
        this.warnings = warnings;
    }

    Optional<Newest> newest() {
        Optional<Path> readable = directory.filter(Files::isDirectory);
        if (readable.isEmpty()) {
            return Optional.empty();
        }
        StateFiles.Loaded loaded = new StateFiles(readable.get()).read(name);
        loaded.complaints().forEach(warnings);
        return loaded.content()
                .filter(content -> content.version() == VERSION && content.bytes().length > NUMBERS_LENGTH)
                .map(content -> {
                    ByteBuffer in = ByteBuffer.wrap(content.bytes());
                    long seq = in.getLong();
                    boolean isOwn = in.get() != 0;
                    String hex = StandardCharsets.US_ASCII.decode(in).toString();
                    return new Newest(seq, InfoHash.ofHex(hex), isOwn);
                });
    }

    void write(Newest newest) {
        directory.ifPresent(publishers -> {
            byte[] hex = newest.infoHash().hex().getBytes(StandardCharsets.US_ASCII);
            ByteBuffer content = ByteBuffer.allocate(NUMBERS_LENGTH + hex.length);
            content.putLong(newest.seq()).put((byte) (newest.isOwn() ? 1 : 0)).put(hex);
            try {
                Files.createDirectories(publishers);
                new StateFiles(publishers).write(name, VERSION, content.array());
            } catch (IOException e) {
                warnings.accept("cannot remember what publisher " + name + " offers: " + e);
            }
        });
    }
}
