package dev.jackdaw.gui.model;

import dev.jackdaw.peer.SessionException;
import dev.jackdaw.peer.TorrentSource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What people type, paste, drop or pass on a command line to name a torrent.
public final class Sources {
    private Sources() {}

    /// Reads a path of a `.torrent` file, a `file:` URI, a magnet link or a bare info-hash; blocks while a file
    /// is read.
    ///
    /// @throws SessionException if it is none of these, or no torrent, with the reason
    public static TorrentSource parse(String typed) {
        String text = typed.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("magnet:")) {
            return TorrentSource.magnet(text);
        }
        if (lower.matches("[0-9a-f]{40}|[a-z2-7]{32}")) {
            return TorrentSource.magnet("magnet:?xt=urn:btih:" + text);
        }
        try {
            return TorrentSource.file(lower.startsWith("file:") ? Path.of(URI.create(text)) : Path.of(text));
        } catch (IllegalArgumentException e) {
            throw new SessionException("\"" + DisplayText.of(text) + "\" is no file name, magnet link or info-hash", e);
        }
    }

    /// Whether that looks like something to offer adding when it is found on the clipboard.
    public static boolean isMagnet(String text) {
        return text.length() < 20_000 && text.strip().toLowerCase(Locale.ROOT).startsWith("magnet:?");
    }

    /// The lines of a text that name something.
    public static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
