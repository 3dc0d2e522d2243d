package dev.jackdaw.cli;

import dev.jackdaw.peer.TorrentSource;
import dev.jackdaw.protocol.ProtocolException;
import dev.jackdaw.protocol.metainfo.MagnetLink;
import dev.jackdaw.protocol.metainfo.Metainfo;
import dev.jackdaw.protocol.metainfo.PublisherLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Turns a SOURCE argument into a torrent: a `.torrent` file, a magnet link, or a URL of a `.torrent` file.
///
/// `show` and `download` both go through here, so that they accept and refuse the same.
final class SourceReader {
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(30);

    private final Terminal terminal;
    private final TorrentFetcher fetcher = new TorrentFetcher(FETCH_TIMEOUT);

    SourceReader(Terminal terminal) {
        this.terminal = terminal;
    }

    /// @throws CommandFailure with the reason
    TorrentSource read(String source) {
        String lower = source.toLowerCase(Locale.ROOT);
        if (lower.startsWith("magnet:")) {
            return magnet(source);
        }
        if (lower.startsWith("http://") || lower.startsWith("https://")) {
            return parse(fetcher.fetch(source), Shown.path(source));
        }
        return new TorrentSource.TorrentFile(file(terminal.resolve(source)));
    }

    /// The publisher that a SOURCE names (BEP 46), if it is not a torrent.
    ///
    /// @throws CommandFailure if it is a magnet link that cannot be used
    static Optional<PublisherLink> publisher(String source) {
        if (!source.toLowerCase(Locale.ROOT).startsWith("magnet:")) {
            return Optional.empty();
        }
        try {
            return PublisherLink.find(source);
        } catch (ProtocolException e) {
            throw CommandFailure.badInput("not a usable magnet link: " + Shown.text(reason(e)), e);
        }
    }

    private static TorrentSource magnet(String uri) {
        try {
            return new TorrentSource.Magnet(MagnetLink.parse(uri));
        } catch (ProtocolException e) {
            throw CommandFailure.badInput(
                    "not a usable magnet link: " + Shown.text(reason(e)) + "; it needs xt=urn:btih: and an info-hash",
                    e);
        }
    }

    private static TorrentSource parse(byte[] bytes, String name) {
        try {
            return new TorrentSource.TorrentFile(Metainfo.parse(bytes));
        } catch (ProtocolException e) {
            throw CommandFailure.badInput(name + " is not a torrent: " + Shown.text(reason(e)), e);
        }
    }

    /// Reads a `.torrent` file.
    Metainfo file(Path file) {
        String name = terminal.display(file);
        try {
            if (Files.isDirectory(file)) {
                throw CommandFailure.badInput(name
                        + " is a directory, not a .torrent file; 'jackdaw seed' and 'jackdaw create' take directories");
            }
            return Metainfo.read(file);
        } catch (IOException e) {
            throw CommandFailure.badInput("cannot read " + name + ": " + ErrorReport.reason(e), e);
        } catch (ProtocolException e) {
            throw CommandFailure.badInput(name + " is not a torrent: " + Shown.text(reason(e)), e);
        }
    }

    private static String reason(ProtocolException e) {
        return ErrorReport.reason(e);
    }
}
