package dev.jackdaw.protocol.tracker;

import java.nio.charset.StandardCharsets;

/// Text that a tracker sends for people: UTF-8, malformed sequences replaced, cut to [#MAX_LENGTH] characters.
final class TrackerText {
    /// Characters kept of a reason or warning.
    static final int MAX_LENGTH = 500;

    private TrackerText() {}

    static String bounded(byte[] text) {
        // a character takes at most 4 bytes: more need not be decoded
        String decoded = new String(text, 0, Math.min(text.length, 4 * MAX_LENGTH), StandardCharsets.UTF_8);
        return decoded.substring(0, Math.min(decoded.length(), MAX_LENGTH));
    }
}
