package dev.jackdaw.cli;

import dev.jackdaw.protocol.Printable;

/// Text from elsewhere made fit for a terminal: names from torrents, trackers, peers and arguments pass here on their
/// way into output.
final class Shown {
    /// Longer text is cut: an error must stay one line.
    private static final int MAX_TEXT = 300;

    /// Longer than any path that can be opened.
    private static final int MAX_PATH = 4096;

    private Shown() {}

    /// A name or message, escaped and cut.
    static String text(String text) {
        return Printable.of(text, MAX_TEXT);
    }

    /// A path or URL, escaped but not cut: the reader may want to copy it.
    static String path(String text) {
        return Printable.of(text, MAX_PATH);
    }
}
