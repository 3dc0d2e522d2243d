package dev.jackdaw.cli;

import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.Sha1;
import dev.jackdaw.protocol.metainfo.FileEntry;
import dev.jackdaw.protocol.metainfo.Info;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.MetainfoBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A file or directory that is shared as it is: its torrent is made here, and kept, so that a restart prints the same
/// magnet link without hashing again.
final class SharedPath {
    private static final String DIRECTORY = "shared";

    private final Terminal terminal;
    private final Optional<Path> stateDirectory;
    private final List<String> trackers;
    private final boolean showProgress;

    /// @param stateDirectory where torrents are kept; empty to keep none
    SharedPath(Terminal terminal, Optional<Path> stateDirectory, List<String> trackers, boolean showProgress) {
        this.terminal = terminal;
        this.stateDirectory = stateDirectory;
        this.trackers = trackers;
        this.showProgress = showProgress;
    }

    /// The torrent of `path`: the kept one if no file changed since, else a new one.
    Metainfo torrentOf(Path path) {
        refuseLinks(path);
        Optional<Path> kept =
                stateDirectory.map(state -> state.resolve(DIRECTORY).resolve(key(path) + ".torrent"));
        Optional<Metainfo> known = kept.flatMap(file -> read(file, path));
        if (known.isPresent()) {
            return known.get();
        }
        if (!Files.exists(path)) {
            throw CommandFailure.badInput("cannot share " + terminal.display(path) + ": no such file or directory");
        }
        Metainfo made = new TorrentMaker(terminal, showProgress).make(builder(path), terminal.display(path));
        kept.ifPresent(file -> keep(file, made));
        return made;
    }

    /// Links could be hashed, but not served: what is below a torrent's directory is not opened through them.
    private void refuseLinks(Path path) {
        try (Stream<Path> present = Files.walk(path)) {
            present.filter(Files::isSymbolicLink).findFirst().ifPresent(link -> {
                throw CommandFailure.badInput("cannot share " + terminal.display(path) + ": " + terminal.display(link)
                        + " is a symbolic link, which is not followed; put what it leads to there, or leave it out");
            });
        } catch (IOException | UncheckedIOException e) {
            // Told, with the path, by whoever reads the content.
        }
    }

    private MetainfoBuilder builder(Path path) {
        try {
            MetainfoBuilder builder = MetainfoBuilder.of(path);
            trackers.forEach(builder::tier);
            return builder;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.badInput(ErrorReport.reason(e), e);
        }
    }

    /// Of the path and the trackers, which are part of the torrent.
    private String key(Path path) {
        MessageDigest digest = Sha1.newDigest();
        digest.update(path.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
        trackers.forEach(tracker -> digest.update(('\n' + tracker).getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static Optional<Metainfo> read(Path file, Path content) {
        try {
            Metainfo metainfo = Metainfo.read(file);
            return isUnchanged(metainfo, file, content) ? Optional.of(metainfo) : Optional.empty();
        } catch (IOException | UncheckedIOException | ProtocolException e) {
            return Optional.empty(); // not there, or not usable: it is made anew
        }
    }

    /// Whether the content has the same files with the same lengths, none changed since the torrent was written.
    private static boolean isUnchanged(Metainfo metainfo, Path torrent, Path content) throws IOException {
        long written = Files.getLastModifiedTime(torrent).toMillis();
        Path parent = Optional.ofNullable(content.getParent()).orElse(content);
        Set<Path> expected = new HashSet<>();
        Info placed =
                metainfo.info().withNamesOnDisk(path -> Files.isRegularFile(parent.resolve(String.join("/", path))));
        for (FileEntry file : placed.files()) {
            Path path = parent.resolve(file.displayPath());
            if (!Files.isRegularFile(path)
                    || Files.size(path) != file.length()
                    || Files.getLastModifiedTime(path).toMillis() >= written) {
                return false;
            }
            expected.add(path);
        }
        try (Stream<Path> present = Files.walk(content)) {
            return present.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .allMatch(expected::contains);
        }
    }

    private void keep(Path file, Metainfo made) {
        try {
            Path directory = Files.createDirectories(
                    Optional.ofNullable(file.getParent()).orElse(file));
            Path temporary = Files.createTempFile(directory, "new", ".torrent");
            Files.write(temporary, made.toBytes());
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            terminal.err()
                    .println("jackdaw: note: cannot keep the torrent in " + Shown.path(file.toString()) + ": "
                            + ErrorReport.reason(e) + "; a restart will hash the content again");
        }
    }
}
